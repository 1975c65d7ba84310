import Foundation

/// A Python with what it needs to run: the only files of the system that a sandbox shows.
struct PythonInterpreter: Sendable {
  let executable: String
  /// Its standard library and the folders of its shared libraries.
  let folders: [String]
  /// For `-c`: `Python/program.py` and `Python/examiner.py`, compiled once.
  let program: String
  let examiner: String

  /// Ignores the user's settings and packages; `PYTHONHASHSEED` fixes the order of sets, and with it verdicts.
  static let flags = ["-s", "-S", "-B"]
  static let environment = ["PYTHONHASHSEED": "0", "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"]

  /// Debian's first: another user than root can read it.
  static func candidates(path: String?) -> [String] {
    let search = (path ?? "").split(separator: ":").map { "\($0)/python3" }
    return (["/usr/bin/python3", "/usr/local/bin/python3"] + search)
      .filter { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Nil where `candidate` cannot be run or is no Python 3.10 or later.
  init?(asking candidate: String) {
    guard
      let output = ChildProcess.output(
        of: [candidate] + Self.flags + ["-c", Self.layout] + Self.sources, environment: Self.environment, timeout: 10),
      output.status == .exited(0)
    else { return nil }
    let lines = output.text.split(separator: "\n").map(String.init)
    guard lines.count > 3 else { return nil }
    executable = lines[0]
    program = lines[1]
    examiner = lines[2]
    folders = Array(lines.dropFirst(3))
  }

  private static let sources = {
    func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    let channel = text(PackageResources.channel_py)
    return [channel + text(PackageResources.program_py), channel + text(PackageResources.examiner_py)]
  }()

  /// Prints the interpreter's path, its arguments compiled (which takes a third of a program's time otherwise), and the
  /// folders of what it has mapped once a module of each kind is loaded.
  private static let layout = """
    import marshal, os, sys
    assert sys.version_info >= (3, 10)
    import ctypes, decimal, hashlib, math, random, resource, socket, zlib
    executable = os.path.realpath(sys.executable)
    print(executable)
    for source in sys.argv[1:]:
        code = marshal.dumps(compile(source, "<sandbox>", "exec", dont_inherit=True)).hex()
        print("import marshal; exec(marshal.loads(bytes.fromhex('%s')))" % code)
    folders = {os.path.dirname(os.path.realpath(os.__file__))}
    try:
        for line in open("/proc/self/maps"):
            path = line.rstrip().partition("/")
            if path[1] and ".so" in path[2]:
                folders.add(os.path.dirname("/" + path[2]))
    except OSError:
        pass
    nested = [a for a in folders for b in folders if a != b and a.startswith(b + "/")]
    print(*sorted(folders - set(nested)), sep="\\n")
    """
}
