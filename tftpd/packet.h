/* SPDX-License-Identifier: ISC */
/* Parses and builds TFTP packets: RFC 1350, with the options of RFC 2347. */
#ifndef TFTPD_PACKET_H
#define TFTPD_PACKET_H

#include "daemon/buf.h"
#include "daemon/tftp_name.h"

/*
 * RFC 2347 limits a request to 512 bytes.  Firmware that sends long names and
 * many options exceeds that, so a request may fill an Ethernet frame.
 */
#define TFTP_REQUEST_MAX 1472
#define TFTP_OPTIONS_MAX 16
#define TFTP_HEADER 4 /* of DATA and ACK */
#define TFTP_TEXT_MAX 128 /* of an error's text, with its NUL */

enum tftp_op {
	TFTP_RRQ = 1,
	TFTP_WRQ,
	TFTP_DATA,
	TFTP_ACK,
	TFTP_ERROR,
	TFTP_OACK,
};

/* Error codes of RFC 1350 and, the last one, RFC 2347. */
enum tftp_code {
	TFTP_EUNDEF,
	TFTP_ENOTFOUND,
	TFTP_EACCESS,
	TFTP_EFULL,
	TFTP_EILLEGAL,
	TFTP_ETID,
	TFTP_EEXISTS,
	TFTP_ENOUSER,
	TFTP_EOPTION,
};

enum tftp_mode { TFTP_OCTET, TFTP_NETASCII, TFTP_MAIL, TFTP_MODE_OTHER };

/* Why a packet is malformed. */
enum tftp_reason {
	TFTP_OK,
	TFTP_BAD_SHORT, /* no opcode, or a field is missing */
	TFTP_BAD_LONG, /* more than TFTP_REQUEST_MAX */
	TFTP_BAD_OPCODE, /* unknown, or not sent by clients */
	TFTP_BAD_NAME, /* the file name is not terminated */
	TFTP_BAD_MODE_MISSING,
	TFTP_BAD_MODE, /* the mode is not terminated */
	TFTP_BAD_OPTION, /* an option's name is not terminated, or empty */
	TFTP_BAD_VALUE, /* an option's value is missing or not terminated */
	TFTP_BAD_OPTIONS, /* more than TFTP_OPTIONS_MAX */
	TFTP_REASON_MAX
};

struct tftp_option {
	struct tftp_text name;
	struct tftp_text value;
};

struct tftp_request {
	bool write; /* WRQ */
	uint8_t mode; /* enum tftp_mode */
	struct tftp_text name;
	uint8_t noptions;
	struct tftp_option option[TFTP_OPTIONS_MAX];
};

/* A packet that a client sends during a transfer. */
struct tftp_answer {
	uint8_t op; /* TFTP_ACK or TFTP_ERROR */
	uint16_t block;
	uint16_t code;
	struct tftp_text text; /* of an ERROR; may be empty */
};

/* Parse a packet at port 69, and a packet on the socket of a transfer. */
enum tftp_reason
tftp_request_parse(const void *, size_t, struct tftp_request *);
enum tftp_reason tftp_answer_parse(const void *, size_t, struct tftp_answer *);

/* "request without a mode" */
const char *tftp_reason_text(enum tftp_reason);

/* Whether t equals s, ignoring case. */
bool tftp_text_is(const struct tftp_text *, const char *s);

/* Writes the header of a DATA packet. */
void tftp_data_header(uint8_t dst[TFTP_HEADER], uint16_t block);
void tftp_error_build(struct writer *, enum tftp_code, const char *text);

#endif
