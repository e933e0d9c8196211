/* SPDX-License-Identifier: ISC */
/* capd: reads a capture file for pxeguard --explain, and ends. */
#include <stdio.h>
#include <string.h>

#include <pcap/pcap.h>

#include "capd/capture.h"
#include "daemon/library.h"
#include "daemon/role.h"
#include "sandbox/role_main.h"

/* By the Makefile; the library tells only the version that runs. */
#ifndef LIBPCAP_VERSION
#define LIBPCAP_VERSION ""
#endif

static void
capd_request(void *arg, uint32_t number, const struct frame *f)
{
	uint8_t body[4 + 4 + 4 + 2 + 2 + CAPTURE_PACKET_MAX];
	struct capture *c = arg;
	struct writer w;

	if (c->requests > CAPTURE_PACKETS_MAX)
		return;
	writer_init(&w, body, sizeof(body));
	writer_u32(&w, number);
	writer_u32(&w, f->from);
	writer_u32(&w, f->to);
	writer_u16(&w, f->port);
	writer_blob(&w, f->data, f->len);
	(void)chan_send(role_parent(), MSG_CAPTURED, 0, &w, -1);
}

static void
capd_end(const struct capture *c)
{
	uint8_t body[16 + 2 + CAPTURE_WHY_MAX];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	writer_u32(&w, c->frames);
	writer_u32(&w, c->requests);
	writer_u32(&w, c->fragments);
	writer_u32(&w, c->shorts);
	writer_str(&w, c->why);
	(void)chan_send(role_parent(), MSG_CAPTURE_END, 0, &w, -1);
}

static int
capd_message(struct chan *chan, struct msg *m)
{
	struct capture c = { .request = capd_request, .progress = role_alive };
	FILE *stream;

	(void)chan;
	if (m->type != MSG_CAPTURE_FILE || !reader_done(&m->body))
		return -1;
	c.arg = &c;
	if ((stream = fdopen(msg_take_fd(m), "r")) == NULL) {
		(void)snprintf(c.why, sizeof(c.why), "no memory");
	} else {
		/* Nothing of the file has been read yet. */
		role_narrow();
		capture_read(&c, stream);
	}
	capd_end(&c);
	return 0;
}

static const struct role_ops ops = {
	.id = ROLE_CAPD,
	.message = capd_message,
};

static int
capd_libraries(void)
{
	static const char before[] = "libpcap version ";
	const char *text = pcap_lib_version();
	char running[32];
	const struct library l = { "libpcap", running, LIBPCAP_VERSION };

	/* "libpcap version 1.10.3 (with TPACKET_V3)" */
	if (strncmp(text, before, sizeof(before) - 1) == 0)
		text += sizeof(before) - 1;
	(void)snprintf(
	    running, sizeof(running), "%.*s", (int)strcspn(text, " "), text);
	return library_print(&l, 1);
}

int
main(int argc, char **argv)
{
	if (library_asked(argc, argv))
		return capd_libraries();
	return role_main(&ops);
}
