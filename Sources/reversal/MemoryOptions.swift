import ArgumentParser

/// Whether work that does not fit into memory is refused before it begins.
struct MemoryOptions: ParsableArguments {
  @Flag(inversion: .prefixedNo, help: "Refuse work that does not fit into this machine's memory or a limit on it.")
  var memoryCheck = true
}
