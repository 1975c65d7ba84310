// Tells ThreadSanitizer of the waits within Swift's Mutex on Linux. Its fast paths are inlined into our code, where the
// compiler instruments them; a thread that has to wait locks and is woken in libswiftSynchronization, which is not
// instrumented, so whatever the lock guards would look like a race. scripts/sanitize links this file into every program of
// the ThreadSanitizer build; the two functions stand before the library's own, which do the work.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

void __tsan_acquire(void *address);
void __tsan_release(void *address);

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

static void *library_function(const char *name) {
  void *function = dlsym(RTLD_NEXT, name);
  // Another version of Swift: its Mutex is to be looked at again.
  if (!function) abort();
  return function;
}

// _MutexHandle._lockSlow(_: UInt32), the argument being the thread's id; the lock's word is the handle itself.
SWIFT void lock_slow(uint32_t thread, SELF void *handle) __asm__(LOCK);
SWIFT void lock_slow(uint32_t thread, SELF void *handle) {
  SWIFT void (*lock)(uint32_t, SELF void *) = (SWIFT void (*)(uint32_t, SELF void *))library_function(LOCK);
  lock(thread, handle);
  __tsan_acquire(handle);
}

// _MutexHandle._unlockSlow()
SWIFT void unlock_slow(SELF void *handle) __asm__(UNLOCK);
SWIFT void unlock_slow(SELF void *handle) {
  SWIFT void (*unlock)(SELF void *) = (SWIFT void (*)(SELF void *))library_function(UNLOCK);
  __tsan_release(handle);
  unlock(handle);
}
