import Foundation

/// What starts sandboxes on this machine: found and tried once.
struct ProgramSandbox: Sendable {
  private enum Way: Sendable {
    case bubblewrap(BubblewrapCommand)
    case none(PythonInterpreter)
  }
  private let way: Way
  private let filter: SystemCallFilter?

  /// - Throws: `SandboxError` that says what is missing and how to install it.
  init(_ isolation: Isolation, path: String?) throws(SandboxError) {
    let pythons = PythonInterpreter.candidates(path: path)
    switch isolation {
    case .unsafeNone:
      guard let python = pythons.lazy.compactMap({ PythonInterpreter(asking: $0) }).first else {
        throw SandboxError(
          "programs need Python 3.10 or later; install it (Debian, Ubuntu: sudo apt-get install python3)")
      }
      (way, filter) = (.none(python), nil)
    case .bubblewrap:
      #if !os(Linux)
        throw SandboxError(
          "programs are run by bubblewrap, which is for Linux; use Linux, or accept the risk with "
            + "--unsafe-code-execution")
      #else
        let filter = SystemCallFilter.native
        guard let bubblewrap = Self.find("bwrap", in: path) else {
          throw SandboxError("running programs needs bubblewrap; \(BubblewrapCommand.install)")
        }
        var setPrivileges: String?
        if geteuid() == 0 {
          guard let found = Self.find("setpriv", in: path) else {
            throw SandboxError("running programs as root needs setpriv; install util-linux, or run as another user")
          }
          setPrivileges = found
        }
        var reason = "there is no python3; install it (Debian, Ubuntu: sudo apt-get install python3)"
        for candidate in pythons {
          guard let python = PythonInterpreter(asking: candidate) else {
            reason = "\(candidate) is not Python 3.10 or later; install a newer one"
            continue
          }
          let command = BubblewrapCommand(python: python, bubblewrap: bubblewrap, setPrivileges: setPrivileges)
          if let failure = Self.trial(command, filter) {
            reason = failure
          } else {
            (way, self.filter) = (.bubblewrap(command), filter)
            return
          }
        }
        throw SandboxError("programs cannot be run: \(reason)")
      #endif
    }
  }

  enum Role { case program, examiner }

  /// Starts one of the two with descriptor 3 and, where given, 0 and 1; all else goes to `/dev/null`.
  func start(
    _ role: Role, options: [String], limits: ResourceLimits, null: Descriptor,
    input: Descriptor? = nil, output: Descriptor? = nil, channel: Descriptor
  ) throws(SandboxError) -> ChildProcess {
    var descriptors = [(descriptor: input ?? null, number: Int32(0)), (output ?? null, 1), (output ?? null, 2)]
    descriptors.append((channel, 3))
    let python =
      switch way {
      case .none(let python): python
      case .bubblewrap(let command): command.python
      }
    let script =
      switch role {
      case .program: python.program
      case .examiner: python.examiner
      }
    switch way {
    case .none:
      return try ChildProcess(
        [python.executable] + PythonInterpreter.flags + ["-c", script] + options,
        environment: PythonInterpreter.environment, descriptors: descriptors)
    case .bubblewrap(let command):
      if let filter { descriptors.append((try Descriptor.file(of: filter.bytes), Self.filterNumber)) }
      let arguments = command.arguments(
        script: script, options: options, limits: limits, filter: filter == nil ? nil : Self.filterNumber)
      return try ChildProcess(arguments, descriptors: descriptors)
    }
  }

  private static let filterNumber: Int32 = 4

  /// One line on why the command does not work here, or nil.
  private static func trial(_ command: BubblewrapCommand, _ filter: SystemCallFilter?) -> String? {
    var inherited: [(Descriptor, Int32)] = []
    if let filter {
      guard let file = try? Descriptor.file(of: filter.bytes) else {  // Said in the line.
        return "the folder for temporary files cannot be written; free some space"
      }
      inherited = [(file, filterNumber)]
    }
    let arguments = command.arguments(
      script: "import math, resource; print('ready')", options: [], limits: ResourceLimits(),
      filter: filter == nil ? nil : filterNumber)
    guard let output = ChildProcess.output(of: arguments, inherited: inherited, timeout: 20) else {
      return "\(command.bubblewrap) did not end; \(BubblewrapCommand.install)"
    }
    if output.text == "ready\n", output.status == .exited(0) { return nil }
    let said = output.text.split(separator: "\n").first.map(String.init) ?? "it ended at once"
    if said.contains("namespace") || said.contains("ermission denied") {
      return "bubblewrap cannot make namespaces here (\(said)); allow user namespaces "
        + "(sudo sysctl kernel.unprivileged_userns_clone=1), or accept the risk with --unsafe-code-execution"
    }
    return "\(command.python.executable) did not run under bubblewrap 0.8 or later (\(said)); "
      + "\(BubblewrapCommand.install)"
  }

  private static func find(_ name: String, in path: String?) -> String? {
    (path ?? "/usr/bin:/bin").split(separator: ":")
      .map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
