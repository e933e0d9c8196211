/* SPDX-License-Identifier: ISC */
/* The frames of a capture file. */
#include "capd/capture.h"

#include <pcap/pcap.h>
#include <string.h>

static void
capture_frame(struct capture *c, int link, const uint8_t *data, size_t len)
{
	struct frame f;

	c->frames++;
	switch (frame_read(&f, link, data, len)) {
	case FRAME_REQUEST:
		if (f.len > CAPTURE_PACKET_MAX) {
			c->shorts++;
			break;
		}
		c->requests++;
		c->request(c->arg, c->frames, &f);
		break;
	case FRAME_FRAGMENT:
		c->fragments++;
		break;
	case FRAME_SHORT:
		c->shorts++;
		break;
	case FRAME_OTHER:
	case FRAME_LINK:
		break;
	}
}

static void
capture_frames(struct capture *c, pcap_t *pcap)
{
	int link = pcap_datalink(pcap), r;
	struct pcap_pkthdr *header;
	const uint8_t *data;
	struct frame none;

	if (frame_read(&none, link, NULL, 0) == FRAME_LINK) {
		(void)snprintf(c->why, sizeof(c->why),
		    "link type %d is not read; capture on an Ethernet interface or on any",
		    link);
		return;
	}
	while ((r = pcap_next_ex(pcap, &header, &data)) == 1) {
		capture_frame(c, link, data, header->caplen);
		c->progress();
	}
	if (r == PCAP_ERROR)
		(void)snprintf(c->why, sizeof(c->why), "%s", pcap_geterr(pcap));
}

void
capture_read(struct capture *c, FILE *stream)
{
	char error[PCAP_ERRBUF_SIZE] = "";
	pcap_t *pcap = pcap_fopen_offline(stream, error);

	if (pcap == NULL) {
		(void)snprintf(c->why, sizeof(c->why), "%s", error);
		(void)fclose(stream);
		return;
	}
	capture_frames(c, pcap);
	pcap_close(pcap);
}
