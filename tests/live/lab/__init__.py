"""A small laboratory: private networks, servers, clients and machines.

Everything in here lives in namespaces that nobody else sees and that the
kernel removes by itself when this program ends, however it ends.

    namespaces, mounts   a private network with a bridge, and private folders
    process, daemon      what runs in it, watched; the server
    tree                 Debian's installer, to boot from
    qemu, wire, boot     a machine, an observer, and a boot from end to end
    packets              DHCP and TFTP as bytes and back
    tftp_site            a TFTP server with files and a client, in one piece
    relay, slow_disk     a bad network for TFTP, and bad disks
    tftp_load, tftp_long the load client, and what takes minutes
    clients              real clients, and ones of our own (dhcp_client,
                         tftp_client) that also break the rules
"""
