// See include/fault_injection.h. Linux only: macOS protects its own programs from preloaded libraries and resolves calls
// within the system's SQLite otherwise; there this file is empty and the tests are skipped.
#if defined(__linux__)

#define _GNU_SOURCE
#include "fault_injection.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { OPEN, WRITE, FSYNC, TRUNCATE, ALLOCATE, RENAME, LINK, UNLINK, MKDIR, READ, OPENREAD, KINDS };
static const char *const kind_names[KINDS] = {"open", "write", "fsync",  "truncate", "allocate", "rename",
                                              "link", "unlink", "mkdir", "read",     "openread"};

static struct {
  const char *under;
  const char *match;
  bool counts[KINDS];
  long kill_before, kill_within, kill_after;
  int signal;
  long fail_from, fail_count;
  int error;
  int log;
  bool has_space;
} settings;

static atomic_long counter;
static atomic_long space;

// MARK: - Settings

static long number(const char *name, long otherwise) {
  const char *text = getenv(name);
  return text && *text ? atol(text) : otherwise;
}

static int error_number(int otherwise) {
  static const struct {
    const char *name;
    int value;
  } names[] = {{"EIO", EIO},     {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT}, {"EROFS", EROFS},
               {"EACCES", EACCES}, {"EINTR", EINTR},   {"EMFILE", EMFILE}};
  const char *text = getenv("FAULT_ERRNO");
  if (!text || !*text) return otherwise;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (!strcmp(text, names[i].name)) return names[i].value;
  int value = atoi(text);
  if (value > 0) return value;
  fprintf(stderr, "fault injection: FAULT_ERRNO is '%s'\n", text);
  abort();
}

__attribute__((constructor)) static void read_settings(void) {
  const char *calls = getenv("FAULT_CALLS");
  for (int kind = 0; kind < KINDS; kind++) {
    settings.counts[kind] = kind < READ;
    if (!calls || !*calls) continue;
    settings.counts[kind] = false;
    size_t length = strlen(kind_names[kind]);
    for (const char *part = calls; part; part = strchr(part, ',')) {
      if (*part == ',') part++;
      if (!strncmp(part, kind_names[kind], length) && (part[length] == ',' || !part[length]))
        settings.counts[kind] = true;
    }
  }
  settings.match = getenv("FAULT_MATCH");
  settings.kill_before = number("FAULT_KILL_BEFORE", 0);
  settings.kill_within = number("FAULT_KILL_WITHIN", 0);
  settings.kill_after = number("FAULT_KILL_AFTER", 0);
  settings.signal = (int)number("FAULT_SIGNAL", SIGKILL);
  settings.fail_from = number("FAULT_FAIL_FROM", 0);
  settings.fail_count = number("FAULT_FAIL_COUNT", LONG_MAX);
  settings.has_space = getenv("FAULT_SPACE") != NULL;
  atomic_store(&space, number("FAULT_SPACE", 0));
  settings.error = error_number(settings.has_space ? ENOSPC : EIO);
  const char *log = getenv("FAULT_LOG");
  settings.log = log && *log ? (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644) : -1;
  const char *under = getenv("FAULT_UNDER");
  settings.under = under && *under ? under : NULL;  // Last: from here on calls are counted.
}

// MARK: - Paths

/// Whether `path` lies in one of the folders, or is one.
static bool lies_under(const char *path) {
  for (const char *folder = settings.under; *folder;) {
    size_t length = strcspn(folder, ":");
    if (length && !strncmp(path, folder, length) && (path[length] == '/' || !path[length])) return true;
    folder += length + (folder[length] == ':');
  }
  return false;
}

static bool is_chosen(const char *path) {
  return *path && lies_under(path) && (!settings.match || fnmatch(settings.match, path, 0) == 0);
}

/// The absolute path behind a descriptor; empty for what has none.
static void path_of(int descriptor, char path[PATH_MAX]) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX - 1);
  path[length > 0 && path[0] == '/' ? length : 0] = 0;
}

/// The absolute path that a call means by `name` below the folder of `descriptor`.
static void path_at(int descriptor, const char *name, char path[PATH_MAX]) {
  path[0] = 0;
  if (!name) return;
  if (name[0] == '/') {
    snprintf(path, PATH_MAX, "%s", name);
    return;
  }
  char folder[PATH_MAX];
  if (descriptor == AT_FDCWD) {
    if (syscall(SYS_getcwd, folder, sizeof folder) < 0) return;
  } else {
    path_of(descriptor, folder);
  }
  size_t length = strlen(folder);
  if (length + strlen(name) + 2 > PATH_MAX) return;
  memcpy(path, folder, length);
  path[length] = '/';
  strcpy(path + length + 1, name);
}

// MARK: - A counted call

struct call {
  long number;  // 0: not counted
  enum kind kind;
  char path[PATH_MAX];
  char other[PATH_MAX];  // empty: there is one path
};

static void strike(void) { syscall(SYS_kill, syscall(SYS_getpid), settings.signal); }

/// Counts the call where it is one to count.
static void enter(struct call *call) {
  if (!settings.under || !settings.counts[call->kind]) return;
  if (!is_chosen(call->path) && !is_chosen(call->other)) return;
  call->number = atomic_fetch_add(&counter, 1) + 1;
  if (call->number == settings.kill_before) strike();
  if (call->number == settings.kill_within && call->kind != WRITE) strike();
}

static void record(const struct call *call, int result) {
  if (settings.log < 0 || !call->number) return;
  char line[2 * PATH_MAX + 64];
  int length = snprintf(line, sizeof line, "%ld %s %d %s%s%s\n", call->number, kind_names[call->kind], result, call->path,
                        call->other[0] ? "\t" : "", call->other);
  syscall(SYS_write, settings.log, line, (size_t)length);
}

/// Whether the call is to fail by its number; errno is set then.
static bool fails(const struct call *call) {
  if (!call->number || !settings.fail_from || call->number < settings.fail_from) return false;
  if (call->number - settings.fail_from >= settings.fail_count) return false;
  errno = settings.error;
  record(call, errno);
  return true;
}

/// Whether the disk has no room left for something new.
static bool is_full(const struct call *call) {
  if (!settings.has_space || !call->number || atomic_load(&space) > 0) return false;
  errno = settings.error;
  record(call, errno);
  return true;
}

/// What happens after the call; keeps errno.
static void leave(const struct call *call, long result) {
  int error = errno;
  record(call, result < 0 ? error : 0);
  if (call->number && call->number == settings.kill_after) strike();
  errno = error;
}

static struct call on_descriptor(enum kind kind, int descriptor) {
  struct call call = {.kind = kind};
  if (settings.under && settings.counts[kind]) path_of(descriptor, call.path);
  return call;
}

static struct call on_path(enum kind kind, int descriptor, const char *name) {
  struct call call = {.kind = kind};
  if (settings.under && settings.counts[kind]) path_at(descriptor, name, call.path);
  return call;
}

/// The next definition of the function, looked up once.
#define NEXT(name)                                                        \
  static __typeof__(name) *_Atomic next_##name;                           \
  __typeof__(name) *next = atomic_load(&next_##name);                     \
  if (!next) atomic_store(&next_##name, next = (__typeof__(name) *)dlsym(RTLD_NEXT, #name))

#define PASS(begun, expression)                         \
  do {                                                  \
    struct call current = begun;                        \
    enter(&current);                                    \
    if (fails(&current)) return -1;                     \
    __typeof__(expression) result = (expression);       \
    leave(&current, (long)result);                      \
    return result;                                      \
  } while (0)

#define PASS_WITH_SPACE(begun, expression)                          \
  do {                                                              \
    struct call current = begun;                                    \
    enter(&current);                                                \
    if (fails(&current) || is_full(&current)) return -1;            \
    __typeof__(expression) result = (expression);                   \
    leave(&current, (long)result);                                  \
    return result;                                                  \
  } while (0)

// MARK: - Writing

/// How many of `count` bytes the call may write; below 0 it fails, with errno set. Kills within the call write a half.
static long allowance(struct call *call, size_t count) {
  enter(call);
  if (fails(call)) return -1;
  if (!call->number) return (long)count;
  if (call->number == settings.kill_within) return (long)(count / 2);
  if (!settings.has_space) return (long)count;
  long left = atomic_load(&space);
  long taken;
  do {
    taken = left < (long)count ? left : (long)count;
    if (taken <= 0 && count > 0) return is_full(call) ? -1 : 0;
  } while (!atomic_compare_exchange_weak(&space, &left, left - taken));
  return taken;
}

static void finish_write(const struct call *call, long result) {
  if (call->number && call->number == settings.kill_within) strike();
  leave(call, result);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
  NEXT(write);
  struct call call = on_descriptor(WRITE, descriptor);
  long allowed = allowance(&call, count);
  if (allowed < 0) return -1;
  ssize_t result = next(descriptor, bytes, (size_t)allowed);
  finish_write(&call, result);
  return result;
}

#define PWRITE(name, offset_type)                                                         \
  ssize_t name(int descriptor, const void *bytes, size_t count, offset_type offset) {     \
    NEXT(name);                                                                           \
    struct call call = on_descriptor(WRITE, descriptor);                                  \
    long allowed = allowance(&call, count);                                               \
    if (allowed < 0) return -1;                                                           \
    ssize_t result = next(descriptor, bytes, (size_t)allowed, offset);                    \
    finish_write(&call, result);                                                          \
    return result;                                                                        \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

/// Several pieces are written as one call, whole or not at all: no caller of ours depends on a part of them.
static size_t total(const struct iovec *pieces, int count) {
  size_t bytes = 0;
  for (int i = 0; i < count; i++) bytes += pieces[i].iov_len;
  return bytes;
}

static bool is_allowed_whole(struct call *call, size_t count) {
  long allowed = allowance(call, count);
  if (allowed == (long)count) return true;
  if (allowed >= 0) {
    if (call->number == settings.kill_within) strike();
    errno = settings.error;
    record(call, errno);
  }
  return false;
}

ssize_t writev(int descriptor, const struct iovec *pieces, int count) {
  NEXT(writev);
  struct call call = on_descriptor(WRITE, descriptor);
  if (!is_allowed_whole(&call, total(pieces, count))) return -1;
  ssize_t result = next(descriptor, pieces, count);
  finish_write(&call, result);
  return result;
}

#define PWRITEV(name, offset_type)                                                            \
  ssize_t name(int descriptor, const struct iovec *pieces, int count, offset_type offset) {   \
    NEXT(name);                                                                               \
    struct call call = on_descriptor(WRITE, descriptor);                                      \
    if (!is_allowed_whole(&call, total(pieces, count))) return -1;                            \
    ssize_t result = next(descriptor, pieces, count, offset);                                 \
    finish_write(&call, result);                                                              \
    return result;                                                                            \
  }
PWRITEV(pwritev, off_t)
PWRITEV(pwritev64, off64_t)

ssize_t copy_file_range(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t count, unsigned int flags) {
  NEXT(copy_file_range);
  struct call call = on_descriptor(WRITE, to);
  long allowed = allowance(&call, count);
  if (allowed < 0) return -1;
  ssize_t result = next(from, from_offset, to, to_offset, (size_t)allowed, flags);
  finish_write(&call, result);
  return result;
}

#define SENDFILE(name, offset_type)                                         \
  ssize_t name(int to, int from, offset_type *offset, size_t count) {       \
    NEXT(name);                                                             \
    struct call call = on_descriptor(WRITE, to);                            \
    long allowed = allowance(&call, count);                                 \
    if (allowed < 0) return -1;                                             \
    ssize_t result = next(to, from, offset, (size_t)allowed);               \
    finish_write(&call, result);                                            \
    return result;                                                          \
  }
SENDFILE(sendfile, off_t)
SENDFILE(sendfile64, off64_t)

// MARK: - Making it last

int fsync(int descriptor) {
  NEXT(fsync);
  PASS(on_descriptor(FSYNC, descriptor), next(descriptor));
}

int fdatasync(int descriptor) {
  NEXT(fdatasync);
  PASS(on_descriptor(FSYNC, descriptor), next(descriptor));
}

int sync_file_range(int descriptor, off64_t offset, off64_t count, unsigned int flags) {
  NEXT(sync_file_range);
  PASS(on_descriptor(FSYNC, descriptor), next(descriptor, offset, count, flags));
}

// MARK: - Sizes

#define TRUNCATE_DESCRIPTOR(name, offset_type)                                      \
  int name(int descriptor, offset_type length) {                                    \
    NEXT(name);                                                                     \
    PASS(on_descriptor(TRUNCATE, descriptor), next(descriptor, length));            \
  }
TRUNCATE_DESCRIPTOR(ftruncate, off_t)
TRUNCATE_DESCRIPTOR(ftruncate64, off64_t)

#define TRUNCATE_PATH(name, offset_type)                                            \
  int name(const char *path, offset_type length) {                                  \
    NEXT(name);                                                                     \
    PASS(on_path(TRUNCATE, AT_FDCWD, path), next(path, length));                    \
  }
TRUNCATE_PATH(truncate, off_t)
TRUNCATE_PATH(truncate64, off64_t)

#define FALLOCATE(name, offset_type)                                                            \
  int name(int descriptor, int mode, offset_type offset, offset_type length) {                  \
    NEXT(name);                                                                                 \
    PASS_WITH_SPACE(on_descriptor(ALLOCATE, descriptor), next(descriptor, mode, offset, length)); \
  }
FALLOCATE(fallocate, off_t)
FALLOCATE(fallocate64, off64_t)

/// Returns the error instead of setting errno.
#define POSIX_FALLOCATE(name, offset_type)                                    \
  int name(int descriptor, offset_type offset, offset_type length) {          \
    NEXT(name);                                                               \
    struct call call = on_descriptor(ALLOCATE, descriptor);                   \
    enter(&call);                                                             \
    if (fails(&call) || is_full(&call)) return errno;                         \
    int result = next(descriptor, offset, length);                            \
    errno = result;                                                           \
    leave(&call, result ? -1 : 0);                                            \
    return result;                                                            \
  }
POSIX_FALLOCATE(posix_fallocate, off_t)
POSIX_FALLOCATE(posix_fallocate64, off64_t)

// MARK: - Names

static struct call on_two(enum kind kind, int from_folder, const char *from, int to_folder, const char *to) {
  struct call call = on_path(kind, from_folder, from);
  if (settings.under && settings.counts[kind]) path_at(to_folder, to, call.other);
  return call;
}

int rename(const char *from, const char *to) {
  NEXT(rename);
  PASS(on_two(RENAME, AT_FDCWD, from, AT_FDCWD, to), next(from, to));
}

int renameat(int from_folder, const char *from, int to_folder, const char *to) {
  NEXT(renameat);
  PASS(on_two(RENAME, from_folder, from, to_folder, to), next(from_folder, from, to_folder, to));
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned int flags) {
  NEXT(renameat2);
  PASS(on_two(RENAME, from_folder, from, to_folder, to), next(from_folder, from, to_folder, to, flags));
}

int link(const char *from, const char *to) {
  NEXT(link);
  PASS_WITH_SPACE(on_two(LINK, AT_FDCWD, from, AT_FDCWD, to), next(from, to));
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
  NEXT(linkat);
  PASS_WITH_SPACE(on_two(LINK, from_folder, from, to_folder, to), next(from_folder, from, to_folder, to, flags));
}

int symlink(const char *target, const char *path) {
  NEXT(symlink);
  PASS_WITH_SPACE(on_path(LINK, AT_FDCWD, path), next(target, path));
}

int symlinkat(const char *target, int folder, const char *path) {
  NEXT(symlinkat);
  PASS_WITH_SPACE(on_path(LINK, folder, path), next(target, folder, path));
}

int unlink(const char *path) {
  NEXT(unlink);
  PASS(on_path(UNLINK, AT_FDCWD, path), next(path));
}

int unlinkat(int folder, const char *path, int flags) {
  NEXT(unlinkat);
  PASS(on_path(UNLINK, folder, path), next(folder, path, flags));
}

int remove(const char *path) {
  NEXT(remove);
  PASS(on_path(UNLINK, AT_FDCWD, path), next(path));
}

int rmdir(const char *path) {
  NEXT(rmdir);
  PASS(on_path(UNLINK, AT_FDCWD, path), next(path));
}

int mkdir(const char *path, mode_t mode) {
  NEXT(mkdir);
  PASS_WITH_SPACE(on_path(MKDIR, AT_FDCWD, path), next(path, mode));
}

int mkdirat(int folder, const char *path, mode_t mode) {
  NEXT(mkdirat);
  PASS_WITH_SPACE(on_path(MKDIR, folder, path), next(folder, path, mode));
}

// MARK: - Opening

static enum kind kind_of(int flags) {
  return (flags & (O_CREAT | O_TRUNC)) || (flags & O_ACCMODE) != O_RDONLY ? OPEN : OPENREAD;
}

/// O_TMPFILE is a mode of its own with a folder as path; it takes a mode as O_CREAT does.
static mode_t mode_of(int flags, va_list arguments) {
  return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(arguments, mode_t) : 0;
}

#define OPEN_CALL(name)                                                                     \
  int name(const char *path, int flags, ...) {                                              \
    NEXT(name);                                                                             \
    va_list arguments;                                                                      \
    va_start(arguments, flags);                                                             \
    mode_t mode = mode_of(flags, arguments);                                                \
    va_end(arguments);                                                                      \
    struct call call = on_path(kind_of(flags), AT_FDCWD, path);                             \
    enter(&call);                                                                           \
    if (fails(&call) || ((flags & O_CREAT) && is_full(&call))) return -1;                   \
    int result = next(path, flags, mode);                                                   \
    leave(&call, result);                                                                   \
    return result;                                                                          \
  }
OPEN_CALL(open)
OPEN_CALL(open64)

#define OPENAT_CALL(name)                                                                   \
  int name(int folder, const char *path, int flags, ...) {                                  \
    NEXT(name);                                                                             \
    va_list arguments;                                                                      \
    va_start(arguments, flags);                                                             \
    mode_t mode = mode_of(flags, arguments);                                                \
    va_end(arguments);                                                                      \
    struct call call = on_path(kind_of(flags), folder, path);                               \
    enter(&call);                                                                           \
    if (fails(&call) || ((flags & O_CREAT) && is_full(&call))) return -1;                   \
    int result = next(folder, path, flags, mode);                                           \
    leave(&call, result);                                                                   \
    return result;                                                                          \
  }
OPENAT_CALL(openat)
OPENAT_CALL(openat64)

int creat(const char *path, mode_t mode) { return open(path, O_WRONLY | O_CREAT | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return open64(path, O_WRONLY | O_CREAT | O_TRUNC, mode); }

/// The C library makes these files within itself, where nothing stands between.
int mkostemps(char *path, int suffix, int flags) {
  NEXT(mkostemps);
  struct call call = on_path(OPEN, AT_FDCWD, path);
  enter(&call);
  if (fails(&call) || is_full(&call)) return -1;
  int result = next(path, suffix, flags);
  if (call.number) path_at(AT_FDCWD, path, call.path);
  leave(&call, result);
  return result;
}
int mkstemp(char *path) { return mkostemps(path, 0, 0); }
int mkstemp64(char *path) { return mkostemps(path, 0, O_LARGEFILE); }
int mkostemp(char *path, int flags) { return mkostemps(path, 0, flags); }
int mkostemp64(char *path, int flags) { return mkostemps(path, 0, flags | O_LARGEFILE); }
int mkstemps(char *path, int suffix) { return mkostemps(path, suffix, 0); }

// MARK: - Reading, where it is asked for

ssize_t read(int descriptor, void *bytes, size_t count) {
  NEXT(read);
  PASS(on_descriptor(READ, descriptor), next(descriptor, bytes, count));
}

ssize_t pread(int descriptor, void *bytes, size_t count, off_t offset) {
  NEXT(pread);
  PASS(on_descriptor(READ, descriptor), next(descriptor, bytes, count, offset));
}

ssize_t pread64(int descriptor, void *bytes, size_t count, off64_t offset) {
  NEXT(pread64);
  PASS(on_descriptor(READ, descriptor), next(descriptor, bytes, count, offset));
}

ssize_t readv(int descriptor, const struct iovec *pieces, int count) {
  NEXT(readv);
  PASS(on_descriptor(READ, descriptor), next(descriptor, pieces, count));
}

#endif
