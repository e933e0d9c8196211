/* SPDX-License-Identifier: ISC */
/* Boot files that kinds of clients cannot boot from, or load again and again.
 */
#include "tests/unit/warned_case.h"

#define ARCHS                                        \
	"dhcp-match=set:bios,option:client-arch,0\n" \
	"dhcp-match=set:efi,option:client-arch,7\n"  \
	"dhcp-vendorclass=set:arm,PXEClient:Arch:00011\n"
#define SERVED "enable-tftp\ntftp-root=/srv\n"

/* Boot files by their names. */
START_TEST(files_of_architectures)
{
	static const char words[] = "which cannot boot from it";
	static const struct warned t[] = {
		{ "dhcp-boot=tag:efi,pxelinux.0\n", true },
		{ "dhcp-boot=tag:bios,grubx64.efi\n", true },
		{ "dhcp-boot=tag:arm,grubx64.efi\n", true },
		{ "dhcp-boot=tag:efi,http://10.0.0.1/bootaa64.efi\n", true },
		{ "dhcp-match=set:efi,93,00:09\ndhcp-boot=tag:efi,a.kpxe\n",
		    true },
		{ "tag-if=set:x,tag:efi\ndhcp-boot=tag:x,pxelinux.0\n", true },
		{ "pxe-service=x86-64_EFI,a,pxelinux.0\n", true },
		{ "pxe-service=x86PC,a,bootx64.efi\n", true },
		{ "dhcp-boot=tag:efi,grubx64.efi\n", false },
		{ "dhcp-boot=tag:efi,snponly.efi\n", false },
		{ "dhcp-boot=tag:arm,bootaa64.efi\n", false },
		{ "dhcp-boot=tag:efi,boot.ipxe\n", false },
		/* For one of them at least. */
		{ "dhcp-match=set:efi,option:client-arch,6\n"
		  "dhcp-boot=tag:efi,bootx64.efi\n",
		    false },
		{ "dhcp-boot=tag:!efi,pxelinux.0\n", false },
		{ "dhcp-boot=pxelinux.0\n", false },
		/* Chosen by more than the architecture, or by something else.
		 */
		{ "dhcp-mac=set:vm,52:54:00:*:*:*\n"
		  "dhcp-boot=tag:efi,tag:vm,pxelinux.0\n",
		    false },
		{ "dhcp-mac=set:vm,52:54:00:*:*:*\ndhcp-boot=tag:vm,a.efi\n",
		    false },
		/* A star stands for more in tag-if alone. */
		{ "pxe-service=tag:e*,x86-64_EFI,a,pxelinux.0\n", false },
		{ "dhcp-boot=tag:e*,pxelinux.0\n", false },
		/* The name gets the layer as its ending. */
		{ "pxe-service=x86-64_EFI,a,grub\n", false },
		{ "pxe-service=41,a,a.0\n", false },
	};

	CHECK_WARNED(RANGE SERVED ARCHS, t, words);
	ck_assert(says(RANGE SERVED ARCHS "dhcp-boot=tag:efi,pxelinux.0\n",
	    "W 7 \"pxelinux.0\" is a boot file for BIOS by its name, but this line is for architecture 7 (UEFI x64)"));
}
END_TEST

/* iPXE that gets itself again. */
START_TEST(loops)
{
	static const char words[] = "loads itself again and again";
	static const struct warned t[] = {
		/* The line of the architecture wins, as it comes later. */
		{ "dhcp-boot=tag:bios,undionly.kpxe\n"
		  "dhcp-boot=tag:ipxe,boot.ipxe\ndhcp-boot=tag:efi,ipxe.efi\n",
		    true },
		{ "dhcp-boot=tag:bios,undionly.kpxe\n"
		  "dhcp-boot=tag:efi,ipxe.efi\ndhcp-boot=tag:ipxe,boot.ipxe\n",
		    false },
		{ "dhcp-boot=tag:ipxe,boot.ipxe\n"
		  "dhcp-boot=tag:efi,tag:!ipxe,ipxe.efi\n",
		    false },
		{ "dhcp-boot=undionly.kpxe\ndhcp-boot=tag:ipxe,boot.ipxe\n",
		    false },
		/* It may have a script within. */
		{ "dhcp-boot=tag:bios,undionly.kpxe\n"
		  "dhcp-boot=tag:efi,ipxe.efi\n",
		    false },
		{ "dhcp-boot=tag:ipxe,boot.ipxe\ndhcp-boot=tag:efi,grubx64.efi\n",
		    false },
		/* For iPXE there is another iPXE. */
		{ "dhcp-boot=tag:ipxe,ipxe.efi\ndhcp-boot=undionly.kpxe\n",
		    false },
		/* The first and the last of the architectures that are tried.
		 */
		{ "dhcp-boot=tag:ipxe,boot.ipxe\ndhcp-boot=tag:bios,ipxe.pxe\n",
		    true },
		{ "dhcp-match=set:last,93,40\ndhcp-boot=tag:ipxe,boot.ipxe\n"
		  "dhcp-boot=tag:last,snp.efi\n",
		    true },
		/* A service for all, and a dhcp-boot line for BIOS alone. */
		{ "dhcp-boot=tag:ipxe,tag:bios,boot.ipxe\n"
		  "pxe-service=x86PC,a,undionly.kpxe\n"
		  "pxe-service=x86-64_EFI,a,ipxe.efi\n",
		    true },
		{ "dhcp-boot=tag:ipxe,boot.ipxe\n"
		  "pxe-service=x86PC,a,undionly.kpxe\n",
		    false },
		{ "tag-if=set:rom,tag:!ipxe\ndhcp-boot=tag:ipxe,boot.ipxe\n"
		  "dhcp-boot=tag:rom,tag:efi,ipxe.efi\n",
		    false },
	};

	CHECK_WARNED(
	    RANGE SERVED ARCHS "dhcp-userclass=set:ipxe,iPXE\n", t, words);
	ck_assert(says(RANGE SERVED ARCHS "dhcp-match=set:x,175\n"
					  "dhcp-boot=tag:x,boot.ipxe\n"
					  "dhcp-boot=tag:efi,ipxe.efi\n",
	    "W 9 iPXE of architecture 7 (UEFI x64) gets this file, too, and loads itself again and again; add tag:!x"));
}
END_TEST

/* No line is for iPXE, which needs a script within then. */
START_TEST(loader_alone)
{
	static const char words[] = "unless a script is built into it";

	ck_assert(says(RANGE SERVED "dhcp-boot=undionly.kpxe\n",
	    "N 4 iPXE gets this file, too, and loads itself without end, unless a script is built into it"));
	ck_assert(says(RANGE SERVED ARCHS
	    "dhcp-boot=tag:bios,a.0\ndhcp-boot=tag:efi,ipxe.efi\n",
	    words));
	ck_assert(
	    says(RANGE SERVED "pxe-service=x86PC,a,/x/undionly.kpxe\n", words));
	ck_assert(!says(RANGE SERVED "dhcp-boot=pxelinux.0\n", words));
	/* Somebody has thought of it. */
	ck_assert(!says(RANGE SERVED "dhcp-match=set:ipxe,175\n"
				     "dhcp-boot=undionly.kpxe\n",
	    words));
	ck_assert(!says(RANGE SERVED "dhcp-userclass=set:x,iPXE\n"
				     "dhcp-boot=undionly.kpxe\n"
				     "dhcp-boot=tag:x,http://10.0.0.1/a\n",
	    words));
}
END_TEST

START_TEST(architecture_9)
{
	static const char words[] = "UEFI of x64 machines sends 7";

	ck_assert(says(RANGE SERVED "pxe-service=x86PC,a,a\n"
				    "pxe-service=BC_EFI,a,a.efi\n",
	    "W 5 this line is for architecture 9"));
	ck_assert(says(RANGE SERVED "dhcp-match=set:efi,option:client-arch,9\n"
				    "dhcp-boot=tag:efi,a.efi\n"
				    "dhcp-boot=pxelinux.0\n",
	    words));
	ck_assert(!says(RANGE SERVED "dhcp-match=set:efi,option:client-arch,9\n"
				     "dhcp-match=set:efi,option:client-arch,7\n"
				     "dhcp-boot=tag:efi,a.efi\n",
	    words));
	ck_assert(!says(RANGE SERVED "dhcp-match=set:efi,option:client-arch,9\n"
				     "dhcp-boot=tag:efi,a.efi\n"
				     "pxe-service=7,a,a.efi\n",
	    words));
	ck_assert(!says(RANGE SERVED "dhcp-boot=a.efi\n", words));
}
END_TEST

START_TEST(proxy_for_uefi)
{
	static const char words[] = "nothing to boot for UEFI x64";
	static const struct warned t[] = {
		{ "pxe-service=x86PC,a,pxelinux\n", true },
		{ "pxe-service=0,\"Raspberry Pi Boot\"\n", false },
		{ "pxe-service=7,a,a.efi\n", false },
		{ "dhcp-boot=pxelinux.0\n", false },
	};

	CHECK_WARNED("dhcp-range=10.0.0.0,proxy\n" SERVED, t, words);
	ck_assert(!says(RANGE SERVED "pxe-service=x86PC,a,pxelinux\n", words));
}
END_TEST

Suite *suite_conf_kinds(void);

Suite *
suite_conf_kinds(void)
{
	Suite *s = suite_create("conf_kinds");
	TCase *t = tcase_create("kinds");

	tcase_add_test(t, files_of_architectures);
	tcase_add_test(t, loops);
	tcase_add_test(t, loader_alone);
	tcase_add_test(t, architecture_9);
	tcase_add_test(t, proxy_for_uefi);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_conf_kinds)
