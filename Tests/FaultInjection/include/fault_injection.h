/// A library that breaks file calls of a process, for tests of what survives.
///
/// It is preloaded (Linux: LD_PRELOAD) and stands between the program and the C library, so that SQLite, Foundation and our
/// own code meet the same faults, and the program needs no hook. Every file call that touches a path below FAULT_UNDER is
/// *counted*, from 1, over all threads; the settings below say what happens at which count. Without FAULT_UNDER nothing does.
/// It has no function to call. FaultInjection.swift of CrashTests makes these settings from Swift.
///
/// What is counted
///   FAULT_UNDER=/folder    Absolute, without links. Needed. Several with a colon between them.
///   FAULT_MATCH=pattern    Only paths that match (fnmatch: * also crosses slashes). A rename or link counts if either path does.
///   FAULT_CALLS=a,b        Only these calls. Default: all that change something:
///                          open (which creates, truncates or opens for writing), write (write, pwrite, writev, pwritev,
///                          copy_file_range, sendfile), fsync (fsync, fdatasync, sync_file_range), truncate, allocate,
///                          rename, link (link, symlink), unlink (unlink, rmdir), mkdir.
///                          `read` (read, pread, readv) and `openread` are counted only where named here.
///
/// What happens
///   FAULT_KILL_BEFORE=n    SIGKILL (or FAULT_SIGNAL, a number) instead of the n-th counted call.
///   FAULT_KILL_WITHIN=n    A write writes its first half first; any other call as KILL_BEFORE.
///   FAULT_KILL_AFTER=n     After the n-th counted call.
///   FAULT_SIGNAL=15        With another signal than SIGKILL, the call is made and the program goes on.
///   FAULT_FAIL_FROM=n      The n-th and later counted calls fail …
///   FAULT_FAIL_COUNT=k     … only k of them …
///   FAULT_ERRNO=ENOSPC     … with this error: EIO, ENOSPC, EDQUOT, EROFS, EACCES, EINTR, EMFILE or a number. Default EIO.
///   FAULT_SPACE=bytes      A disk with so much room: writes below FAULT_UNDER take from it, the last one in part, and then
///                          write, open (creating), mkdir, link and allocate fail with FAULT_ERRNO (default ENOSPC). Removing
///                          gives nothing back.
///
/// What is told
///   FAULT_LOG=/file        A line for every counted call, appended: `number call result path`, for rename and link
///                          `number call result path<tab>other path`; result is 0 or the errno. A killed call is not logged.
///
/// Faults that a preloaded library cannot make: errors of pages read through mmap (SIGBUS), and calls that the C library makes
/// within itself, such as stdio's own writes. Wall-clock time, locks and memory are left alone.
#ifndef FAULT_INJECTION_H
#define FAULT_INJECTION_H
#endif
