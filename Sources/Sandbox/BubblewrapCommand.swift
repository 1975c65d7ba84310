import Foundation

/// The command line that runs Python in namespaces of its own.
struct BubblewrapCommand: Sendable {
  let python: PythonInterpreter
  let bubblewrap: String
  /// Debian's `setpriv` where we are root: the kernel counts no processes of root, so that a program of root's could
  /// not be limited in threads. It then runs as nobody, outside of its namespaces too.
  let setPrivileges: String?

  static let nobody = "65534"
  static let install =
    "install it (Debian, Ubuntu: sudo apt-get install bubblewrap), or accept the risk with --unsafe-code-execution"

  /// `filter` is the descriptor of a system call filter, or nil where the processor's system calls are unknown to us.
  func arguments(script: String, options: [String], limits: ResourceLimits, filter: Int32?) -> [String] {
    var arguments: [String] = []
    if let setPrivileges {
      arguments += [setPrivileges, "--reuid", Self.nobody, "--regid", Self.nobody, "--clear-groups", "--no-new-privs"]
    }
    arguments += [
      bubblewrap, "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts",
      "--unshare-cgroup-try", "--as-pid-1", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
      "--hostname", "sandbox", "--uid", "1000", "--gid", "1000",
    ]
    for folder in python.folders { arguments += ["--ro-bind", folder, folder] }
    arguments += ["--ro-bind", python.executable, python.executable]
    // Where the system names its libraries by links, as Debian names /lib64.
    for name in ["lib", "lib64", "lib32"] {
      if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/" + name) {  // Else no link.
        arguments += ["--symlink", target, "/" + name]
      }
    }
    for path in Self.loaders { arguments += ["--ro-bind-try", path, path] }
    for device in ["null", "zero", "random", "urandom"] {
      arguments += ["--dev-bind", "/dev/\(device)", "/dev/\(device)"]
    }
    arguments += ["--perms", "0700", "--size", String(limits.temporaryBytes), "--tmpfs", "/tmp"]
    arguments += ["--remount-ro", "/", "--chdir", "/tmp", "--clearenv"]
    for (name, value) in PythonInterpreter.environment.sorted(by: { $0.key < $1.key }) {
      arguments += ["--setenv", name, value]
    }
    if let filter { arguments += ["--seccomp", String(filter)] }
    return arguments + ["--", python.executable] + PythonInterpreter.flags + ["-c", script] + options
  }

  /// Where programs look for the loader of shared libraries, and the loader for the libraries.
  private static let loaders = ["/usr/lib64", "/usr/lib/ld-linux-aarch64.so.1", "/etc/ld.so.cache"]
}
