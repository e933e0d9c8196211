/* SPDX-License-Identifier: ISC */
/*
 * A TFTP client for load: many transfers at once, every byte compared with
 * those of the file, which is mapped here.
 *
 *	tftp_load.c	the command line, and the result
 *	loop.c		who runs, and when
 *	fetch.c		one transfer
 *	request.c	what is asked for, and what is granted
 *	receive.c	sockets, and packets from them
 *	bare.c		what the path carries without TFTP
 */
#ifndef TESTS_BENCH_LOAD_H
#define TESTS_BENCH_LOAD_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define LOAD_PACKETS 128 /* that one receive may bring */
#define LOAD_RECEIVE 65536 /* one receive: up to 64 packets with UDP_GRO */
#define LOAD_SPACE (4 * LOAD_RECEIVE) /* of what is still to be compared */
#define LOAD_PERIOD 131071 /* after which the files may repeat themselves */
#define LOAD_TIMEOUT_MS 1000 /* before an ACK or a request is repeated */
#define LOAD_TRIES 8 /* of those in a row, then it has failed */

/* A file that is asked for. */
struct load_file {
	const char *name; /* as it is asked for */
	const uint8_t *bytes; /* mapped */
	uint64_t size;
	uint64_t period; /* the bytes repeat after so many, or never: size */
};

struct load_options {
	struct sockaddr_in server;
	struct in_addr source; /* the first of them; INADDR_ANY: any */
	uint32_t nsources; /* that follow each other */
	uint32_t transfers;
	uint32_t parallel;
	uint32_t blksize; /* 0: the option is not sent */
	uint32_t windowsize; /* below 2: the option is not sent */
	uint32_t limit_ms; /* then it ends, whatever still runs */
	uint32_t hold_ms; /* ACKs wait so long: transfers stay */
	bool tsize; /* ask for it, and compare it */
	bool gro; /* receive with UDP_GRO */
};

enum fetch_state { FETCH_IDLE, FETCH_ASKED, FETCH_RUNS };

/* One place for transfers, one after the other. */
struct fetch {
	uint8_t state; /* enum fetch_state */
	bool connected; /* the server's port is known */
	int sock;
	const struct load_file *file;
	uint32_t blksize; /* as granted */
	uint32_t windowsize;
	uint64_t next; /* the block that is to come */
	uint64_t acked; /* the last one that was acknowledged */
	uint64_t blocks; /* of the file */
	uint16_t gap; /* how far behind `next` the last packet was; 0: none */
	uint32_t tries;
	uint64_t start_ns;
	uint64_t heard_ns; /* or repeated */
	uint64_t ack_at_ns; /* with hold_ms: when to acknowledge; 0: never */
};

struct load_result {
	uint32_t begun;
	uint32_t done;
	uint32_t failed;
	uint64_t timeouts; /* nothing came for LOAD_TIMEOUT_MS */
	uint64_t duplicates; /* blocks that were here already */
	uint64_t gaps; /* that were told of */
	uint64_t bytes; /* compared, each counted once */
	uint64_t *took_ns; /* of each that is done */
};

extern struct load_options load_options;
extern struct load_result load_result;

uint64_t load_now_ns(void);

/* Prints what failed, with errno's reason, and exits. */
void load_fail(const char *what) __attribute__((noreturn));

/* Runs all transfers, of one file after the other, or until the limit. */
void loop_run(const struct load_file *, uint32_t count);

/* Asks for a file; false when there is no socket. */
bool fetch_begin(struct fetch *, const struct load_file *, uint32_t source);

/* Reads what has come; false when the transfer is over, well or not. */
bool fetch_readable(struct fetch *);

/* Repeats itself where nothing comes; false when that was the last time. */
bool fetch_tick(struct fetch *, uint64_t now_ns);

/* The length of the RRQ that is written. */
size_t request_build(uint8_t *, size_t room, const char *name);

/*
 * Takes what an OACK grants.  NULL, or what is wrong: RFC 2347 has a server
 * grant only what was asked for, and no more than that.
 */
const char *request_granted(struct fetch *, const uint8_t *, size_t);

/* A socket for transfer number `source`; -1 with errno. */
int receive_socket(uint32_t source);

/*
 * One receive, which fetch->connected makes the first of a transfer, into p,
 * which has room for LOAD_RECEIVE bytes.  With UDP_GRO it may bring many
 * packets, each `segment` long but the last.  Returns the length of all, or -1
 * with errno.
 */
ssize_t receive_packets(struct fetch *, uint8_t *p, size_t *segment);

/*
 * Without TFTP: packets of blksize + 4 bytes from one end, sent singly or by
 * UDP_SEGMENT, and counted at the other for limit_ms.
 */
int bare_send(bool segments);
int bare_receive(void);

#endif
