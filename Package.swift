// swift-tools-version: 6.2
import PackageDescription

let swiftSettings: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
]

func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [], resources: [Resource] = []
)
  -> Target
{
  .target(name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: swiftSettings)
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: swiftSettings)
}

/// What the dashboard serves with.
let serving: [Target.Dependency] = [
  .product(name: "Hummingbird", package: "hummingbird"), .product(name: "HTTPTypes", package: "swift-http-types"),
  .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
]
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")

let workerFiles =
  ["rollout.py", "train.py"]
  + [
    "__init__", "backends", "cluster", "contract", "drawing", "launching", "prompts", "schedule", "specification",
    "specs", "storage", "tokens", "training_rows", "trl_training",
  ].map { "reversal_workers/\($0).py" }

let package = Package(
  name: "reversal",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "reversal", targets: ["reversal"]),
    .library(name: "Audit", targets: ["Audit"]),
    .library(name: "LanguageModel", targets: ["LanguageModel"]),
    // For the tests alone, which preload it: a library of its own is what a dynamic product is.
    .library(name: "FaultInjection", type: .dynamic, targets: ["FaultInjection"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/attaswift/BigInt", exact: "6.0.1"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0", traits: []),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
  ],
  targets: [
    // The arrows point one way: a module sees only what stands above it (ARCHITECTURE.md).
    module("Randomness"),
    module("Statistics", ["Randomness"]),
    module("Core"),
    module("Storage"),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
    module("Archives", ["Core", "CZlib", "CZstd"]),
    module("Mathematics", ["Randomness", .product(name: "BigInt", package: "BigInt")], exclude: ["README.md"]),
    .target(name: "Kernels", cSettings: [.treatAllWarnings(as: .error)]),
    module("LanguageModel", ["Kernels", "Randomness", "Storage"]),
    module(
      "Sandbox", exclude: ["README.md"],
      resources: ["channel.py", "program.py", "examiner.py"].map { .embedInCode("Python/\($0)") }),
    module("Digests", [.product(name: "Crypto", package: "swift-crypto")]),
    module("Downloads", ["Digests", .product(name: "Crypto", package: "swift-crypto")]),
    module(
      "PublishedModels",
      ["Archives", "Core", "Digests", "Downloads", "Storage", .product(name: "Crypto", package: "swift-crypto")]),
    module(
      "Tasks",
      [
        "Core", "Digests", "Downloads", "Mathematics", "Randomness", "Sandbox", "Storage",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      exclude: [
        "Arithmetic", "CommonsenseQA", "Custom", "GSM8K", "GSMHard", "HumanEval", "MATH", "MAWPS", "MBPP", "SVAMP",
      ].map { "\($0)/README.md" }),
    module("Engines", ["Core", "LanguageModel"], resources: [.copy("Native/M0")]),
    module(
      "Connections",
      ["Core", .product(name: "AsyncHTTPClient", package: "async-http-client")]
        + ["NIOCore", "NIOFoundationCompat", "NIOHTTP1", "NIOPosix"].map { .product(name: $0, package: "swift-nio") }),
    module(
      "EndpointEngine",
      ["Connections", "Core", "Randomness"]
        + ["NIOCore", "NIOFoundationCompat"].map { .product(name: $0, package: "swift-nio") }),
    // The Python that runs on a cluster, carried along to be sent there.
    .target(
      name: "WorkerFiles", path: "workers",
      exclude: ["README.md", "pyproject.toml", "requirements.txt", "requirements-test.txt", "tests"],
      sources: ["WorkerFiles.swift"], resources: workerFiles.map { .embedInCode($0) }, swiftSettings: swiftSettings),
    module(
      "ClusterEngine",
      [
        "Archives", "Connections", "Core", "Digests", "Storage", "WorkerFiles",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    module("Importers", ["Archives", "Core"]),
    module("Audit", ["Core", "Importers", "Statistics", "Randomness"]),
    module(
      "RunStore",
      [
        "Core", "Digests", "Storage", .product(name: "Crypto", package: "swift-crypto"), grdb,
      ]),
    module("Iteration", ["Core", "RunStore", "Storage", "Randomness", "Yams"]),
    module("Report", ["Core"]),
    module(
      "Dashboard",
      [
        "Audit", "Core", "Digests", "Report", "RunStore", "Statistics", "Storage",
        .product(name: "Crypto", package: "swift-crypto"), grdb,
      ] + serving,
      resources: ["dashboard.css", "dashboard.js", "browse.js", "login.js"].map { .embedInCode("Resources/\($0)") }),
    module("Planning", ["Core", "Iteration", "LanguageModel", "Randomness", "Report", "RunStore", "Tasks"]),
    module("EventFiles"),
    .executableTarget(
      name: "reversal",
      dependencies: [
        "Audit", "ClusterEngine", "Core", "Dashboard", "Downloads", "EndpointEngine", "Engines", "EventFiles",
        "Importers",
        "Iteration", "LanguageModel", "Planning", "PublishedModels", "Randomness", "Report", "RunStore", "Sandbox",
        "Storage", "Tasks",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swiftSettings),
    // Hostile input: the readers and what they must keep, driven by a seed in FuzzingTests and by libFuzzer in FuzzDriver.
    .target(
      name: "Fuzzing",
      dependencies: [
        "Archives", "Core", "Importers", "Iteration", "LanguageModel", "Mathematics", "PublishedModels", "Randomness",
        "Report",
      ],
      path: "Tests/Fuzzing", exclude: ["make_corpus.py"], resources: [.copy("Corpus")], swiftSettings: swiftSettings),
    tests("FuzzingTests", ["Fuzzing", "TestSupport"]),
    tests("RandomnessTests", ["Randomness"]),
    tests("StatisticsTests", ["Statistics", "Randomness"], resources: [.copy("Fixtures")]),
    tests("CoreTests", ["Core"]),
    tests("StorageTests", ["Storage"]),
    tests("ArchivesTests", ["Archives", "Core"], exclude: ["make_fixtures.py"]),
    tests(
      "MathematicsTests", ["Mathematics", "Randomness", "TestSupport", .product(name: "BigInt", package: "BigInt")],
      resources: [.copy("Fixtures")]),
    tests("KernelsTests", ["Kernels", "LanguageModel", "Randomness"]),
    tests("LanguageModelTests", ["LanguageModel", "Kernels", "Randomness"], resources: [.copy("Fixtures")]),
    tests("SandboxTests", ["Sandbox"], resources: [.copy("Fixtures")]),
    // What tests need besides the product: servers and workers that do what they are told to, the suites that every
    // sampler and every trainer passes, and snapshots.
    .target(
      name: "TestServer",
      dependencies: ["Digests", .product(name: "Crypto", package: "swift-crypto")]
        + ["NIOCore", "NIOPosix", "NIOHTTP1"].map { .product(name: $0, package: "swift-nio") },
      path: "Tests/TestServer", swiftSettings: swiftSettings),
    .executableTarget(
      name: "fake-endpoint", dependencies: ["TestServer"], path: "Tests/FakeEndpoint", swiftSettings: swiftSettings),
    .target(name: "TestSupport", dependencies: ["Core"], path: "Tests/TestSupport", swiftSettings: swiftSettings),
    tests(
      "PublishedModelsTests",
      [
        "PublishedModels", "Core", "Digests", "Downloads", "TestServer",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    tests(
      "TasksTests",
      [
        "Tasks", "Core", "Digests", "Downloads", "Randomness", "Sandbox", "TestServer",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      resources: [.copy("Fixtures")]),
    tests("EnginesTests", ["Engines", "Core", "LanguageModel", "TestSupport"]),
    tests("EndpointEngineTests", ["EndpointEngine", "Connections", "Core", "Randomness", "TestServer", "TestSupport"]),
    tests(
      "ClusterEngineTests",
      [
        "Archives", "ClusterEngine", "Connections", "Core", "Digests", "TestServer", "TestSupport",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    tests("ImportersTests", ["Importers", "Core", "Tasks"], resources: [.copy("Fixtures")]),
    tests(
      "AuditTests", ["Audit", "Core", "Importers", "Randomness", "Report", "Statistics", "TestSupport"],
      resources: [.copy("Fixtures")]),
    tests("RunStoreTests", ["RunStore", "Core", "Digests", .product(name: "Crypto", package: "swift-crypto"), grdb]),
    tests("IterationTests", ["Iteration", "RunStore", "Core", grdb]),
    tests(
      "PlanningTests",
      [
        "Planning", "ClusterEngine", "Core", "Engines", "Iteration", "LanguageModel", "RunStore", "Tasks",
        "TestSupport",
      ],
      resources: [.copy("Snapshots")]),
    tests("ReportTests", ["Report", "Core", "TestSupport"], resources: [.copy("Snapshots")]),
    tests("DashboardTests", ["Dashboard", "Core", "RunStore"]),
    tests("EventFilesTests", ["EventFiles"]),
    .target(name: "FaultInjection", path: "Tests/FaultInjection", cSettings: [.treatAllWarnings(as: .error)]),
    tests(
      "ReversalTests",
      ["Core", "Engines", "Iteration", "Randomness", "RunStore", "TestServer", "TestSupport", "reversal", grdb]),
  ]
    + (Context.environment["REVERSAL_FUZZ"] == nil
      // libFuzzer brings the program's beginning, so that this one is linked in `make fuzz` only.
      ? []
      : [
        .executableTarget(
          name: "FuzzDriver", dependencies: ["Fuzzing"], path: "Tests/FuzzDriver", swiftSettings: swiftSettings)
      ]),
  swiftLanguageModes: [.v6]
)
