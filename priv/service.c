/* SPDX-License-Identifier: ISC */
/* The table of services. */
#include "priv/service.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "daemon/http.h"
#include "daemon/tftp.h"
#include "priv/conf.h"

#define DHCP_SERVER_PORT 67 /* RFC 2131 4.1 */
#define PXE_PORT 4011 /* PXE 2.1, 2.2.5 */

static bool
serves_dhcp(const struct conf *c, const struct iface *i)
{
	(void)c;
	return i->dhcp;
}

static bool
serves_pxe(const struct conf *c, const struct iface *i)
{
	return i->dhcp && c->dhcp.pxe;
}

static bool
serves_tftp(const struct conf *c, const struct iface *i)
{
	return i->tftp && c->tftp.enabled;
}

static bool
serves_http(const struct conf *c, const struct iface *i)
{
	return i->http && c->http.enabled;
}

static bool
serves_https(const struct conf *c, const struct iface *i)
{
	return serves_http(c, i) && conf_serves_https(c);
}

/* Roles learn to which address a packet came from its PKTINFO. */
const struct service services[] = {
	{ .name = "DHCP",
	    .use = SOCKET_DHCP,
	    .role = ROLE_DHCPD,
	    .family = AF_INET,
	    .type = SOCK_DGRAM,
	    .port = DHCP_SERVER_PORT,
	    .serves = serves_dhcp,
	    .options = { { IPPROTO_IP, IP_PKTINFO },
		{ IPPROTO_IP, IP_RECVERR }, /* errors of replies */
		{ SOL_SOCKET, SO_TIMESTAMPNS }, /* dhcp-reply-delay */
		{ SOL_SOCKET, SO_BROADCAST } } },
	{ .name = "PXE",
	    .use = SOCKET_PXE,
	    .role = ROLE_DHCPD,
	    .family = AF_INET,
	    .type = SOCK_DGRAM,
	    .port = PXE_PORT,
	    .serves = serves_pxe,
	    .options = { { IPPROTO_IP, IP_PKTINFO }, { IPPROTO_IP, IP_RECVERR },
		{ SOL_SOCKET, SO_TIMESTAMPNS },
		{ SOL_SOCKET, SO_BROADCAST } } },
	{ .name = "TFTP",
	    .use = SOCKET_TFTP,
	    .role = ROLE_TFTPD,
	    .family = AF_INET,
	    .type = SOCK_DGRAM,
	    .port = TFTP_PORT,
	    .shared_with_transfers = true,
	    .serves = serves_tftp,
	    .options = { { IPPROTO_IP, IP_PKTINFO },
		{ SOL_SOCKET, SO_TIMESTAMPNS } } }, /* old requests */
	{ .name = "TFTP",
	    .use = SOCKET_TFTP,
	    .role = ROLE_TFTPD,
	    .family = AF_INET6,
	    .type = SOCK_DGRAM,
	    .port = TFTP_PORT,
	    .shared_with_transfers = true,
	    .serves = serves_tftp,
	    .options = { { IPPROTO_IPV6, IPV6_V6ONLY },
		{ IPPROTO_IPV6, IPV6_RECVPKTINFO },
		{ SOL_SOCKET, SO_TIMESTAMPNS } } },
	{ .name = "HTTP",
	    .use = SOCKET_HTTP,
	    .role = ROLE_HTTPD,
	    .family = AF_INET,
	    .type = SOCK_STREAM,
	    .port = HTTP_PORT,
	    .serves = serves_http,
	    /* Connections of a daemon that has ended do not keep the port. */
	    .options = { { SOL_SOCKET, SO_REUSEADDR } } },
	{ .name = "HTTP",
	    .use = SOCKET_HTTP,
	    .role = ROLE_HTTPD,
	    .family = AF_INET6,
	    .type = SOCK_STREAM,
	    .port = HTTP_PORT,
	    .serves = serves_http,
	    .options = { { IPPROTO_IPV6, IPV6_V6ONLY },
		{ SOL_SOCKET, SO_REUSEADDR } } },
	{ .name = "HTTPS",
	    .use = SOCKET_HTTPS,
	    .role = ROLE_HTTPD,
	    .family = AF_INET,
	    .type = SOCK_STREAM,
	    .port = HTTPS_PORT,
	    .serves = serves_https,
	    .options = { { SOL_SOCKET, SO_REUSEADDR } } },
	{ .name = "HTTPS",
	    .use = SOCKET_HTTPS,
	    .role = ROLE_HTTPD,
	    .family = AF_INET6,
	    .type = SOCK_STREAM,
	    .port = HTTPS_PORT,
	    .serves = serves_https,
	    .options = { { IPPROTO_IPV6, IPV6_V6ONLY },
		{ SOL_SOCKET, SO_REUSEADDR } } },
};

const size_t nservices = sizeof(services) / sizeof(services[0]);

bool
service_wanted(
    const struct service *s, const struct conf *c, const struct iface *i)
{
	return s->serves(c, i) &&
	       (s->family == AF_INET6 ? i->naddrs6 : i->naddrs) > 0;
}

uint16_t
service_port(const struct service *s, const struct conf *c)
{
	if (s->use == SOCKET_DHCP && c->dhcp.server_port != 0)
		return c->dhcp.server_port;
	if (s->use == SOCKET_HTTP)
		return c->http.port;
	if (s->use == SOCKET_HTTPS)
		return c->http.https_port;
	return s->port;
}
