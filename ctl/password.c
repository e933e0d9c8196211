/* SPDX-License-Identifier: ISC */
/* Reads passwords. */
#include "ctl/password.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "ctl/tell.h"

/* Reads a line byte by byte: what follows it is for another reader. */
static int
line_read(int fd, char dst[PASSWORD_MAX])
{
	size_t n = 0;
	ssize_t r;
	char c;

	for (;;) {
		r = read(fd, &c, 1);
		if (r == -1 && errno == EINTR)
			continue;
		if (r == -1)
			return -1;
		if (r == 0 || c == '\n')
			break;
		if (n == PASSWORD_MAX - 1 || c == '\0') {
			errno = EINVAL;
			return -1;
		}
		dst[n++] = c;
	}
	if (n > 0 && dst[n - 1] == '\r')
		n--;
	dst[n] = '\0';
	return 0;
}

/* Signals wait until the echo is on again. */
static int
terminal_ask(int tty, const char *prompt, char dst[PASSWORD_MAX])
{
	struct termios before, silent;
	sigset_t stops, saved;
	int r, err;

	if (tcgetattr(tty, &before) == -1)
		return -1;
	silent = before;
	silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ISIG);
	(void)sigemptyset(&stops);
	(void)sigaddset(&stops, SIGINT);
	(void)sigaddset(&stops, SIGTERM);
	(void)sigaddset(&stops, SIGHUP);
	(void)sigaddset(&stops, SIGTSTP);
	(void)sigprocmask(SIG_BLOCK, &stops, &saved);
	/* What was typed before the prompt is discarded. */
	if (tcsetattr(tty, TCSAFLUSH, &silent) == -1 ||
	    write(tty, prompt, strlen(prompt)) == -1)
		r = -1;
	else
		r = line_read(tty, dst);
	err = errno;
	(void)tcsetattr(tty, TCSAFLUSH, &before);
	(void)sigprocmask(SIG_SETMASK, &saved, NULL);
	(void)!write(tty, "\n", 1);
	/* ISIG is off: an interrupt is a byte of the line. */
	if (r == 0 && strpbrk(dst, "\003\034") != NULL) {
		err = EINTR;
		r = -1;
	}
	errno = err;
	return r;
}

static int
terminal_get(char dst[PASSWORD_MAX], bool twice)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY), r;
	char again[PASSWORD_MAX];

	if (tty == -1) {
		tell_error("no terminal to ask for the password; "
			   "use --password-file=FILE, or - for standard input");
		return -1;
	}
	r = terminal_ask(
	    tty, twice ? "Password of the new key: " : "Password: ", dst);
	if (r == 0 && twice)
		r = terminal_ask(tty, "The same again: ", again);
	if (r == -1)
		tell_error("password: %s", strerror(errno));
	(void)close(tty);
	if (r == 0 && twice && strcmp(dst, again) != 0) {
		tell_error("the two passwords differ; try again");
		r = -1;
	}
	if (twice)
		sodium_memzero(again, sizeof(again));
	return r;
}

static int
file_get(char dst[PASSWORD_MAX], const char *file)
{
	const bool input = strcmp(file, "-") == 0;
	int fd =
	    input ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int r;

	r = fd == -1 ? -1 : line_read(fd, dst);
	if (r == -1)
		tell_error("%s: cannot read the password: %s",
		    input ? "standard input" : file,
		    errno == EINVAL ? "too long a line, or a NUL"
				    : strerror(errno));
	if (fd != -1 && !input)
		(void)close(fd);
	return r;
}

int
password_get(char dst[PASSWORD_MAX], const char *file, bool twice)
{
	int r = file == NULL ? terminal_get(dst, twice) : file_get(dst, file);

	if (r == 0 && twice && dst[0] == '\0') {
		tell_error("the password is empty; "
			   "use -W for a key without a password");
		return -1;
	}
	return r;
}
