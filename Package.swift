// swift-tools-version: 6.3

import PackageDescription

// `make` enables strict checks. Users who build this package with a newer compiler must not be
// stopped by warnings that it has added.
let strict: [SwiftSetting] =
  Context.environment["LEXGEN_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)]

let sharedSettings: [SwiftSetting] =
  strict + [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
  ]

/// A product that is resolved and built only with the trait `Network`.
func networkProduct(_ product: String, _ package: String) -> Target.Dependency {
  .product(name: product, package: package, condition: .when(traits: ["Network"]))
}

/// A product that is resolved and built only with the trait `Server`.
func serverProduct(_ product: String, _ package: String) -> Target.Dependency {
  .product(name: product, package: package, condition: .when(traits: ["Server"]))
}

/// `lexgen generate` for the build plugin. Its users compile it, unless the environment has the path of
/// an artifact bundle, relative to this directory: `make artifactbundle`.
let bundle = Context.environment["LEXGEN_BUNDLE"]
let buildTool: Target =
  if let bundle {
    .binaryTarget(name: "lexgen-build", path: bundle)
  } else {
    .executableTarget(name: "lexgen-build", dependencies: ["LexiconProject", "LexiconCompiler"])
  }

let package = Package(
  name: "lexgen",
  platforms: [.macOS(.v26), .iOS(.v26)],
  products: [
    .executable(name: "lexgen", targets: ["lexgen"]),
    .executable(name: "atproto", targets: ["atproto"]),
    .executable(name: "conformance", targets: ["conformance"]),
    .library(name: "ATProtoSyntax", targets: ["ATProtoSyntax"]),
    .library(name: "ATProtoData", targets: ["ATProtoData"]),
    .library(name: "ATProtoCrypto", targets: ["ATProtoCrypto"]),
    .library(name: "ATProtoRepo", targets: ["ATProtoRepo"]),
    .library(name: "Lexicon", targets: ["Lexicon"]),
    .library(name: "LexiconCompiler", targets: ["LexiconCompiler", "LexiconTemplates"]),
    .library(name: "LexiconSamples", targets: ["LexiconSamples"]),
    .library(name: "ATProtoHTTP", targets: ["ATProtoHTTP"]),
    .library(name: "XRPC", targets: ["XRPC"]),
    .library(name: "ATProtoIdentity", targets: ["ATProtoIdentity"]),
    .library(name: "ATProtoAuth", targets: ["ATProtoAuth"]),
    .library(name: "LexiconResolution", targets: ["LexiconResolution"]),
    .library(name: "VerifiedSync", targets: ["VerifiedSync"]),
    .library(name: "XRPCClient", targets: ["XRPCClient"]),
    .library(name: "OAuthClient", targets: ["OAuthClient"]),
    .library(name: "XRPCAsyncHTTPClient", targets: ["XRPCAsyncHTTPClient"]),
    .library(name: "XRPCURLSession", targets: ["XRPCURLSession"]),
    .library(name: "XRPCServer", targets: ["XRPCServer"]),
    .library(name: "XRPCServerTLS", targets: ["XRPCServerTLS"]),
    .library(name: "ComAtprotoAPI", targets: ["ComAtprotoAPI"]),
    .library(name: "AppBskyAPI", targets: ["AppBskyAPI"]),
    .library(name: "ATProtoLabels", targets: ["ATProtoLabels"]),
    .library(name: "ToolsOzoneAPI", targets: ["ToolsOzoneAPI", "ChatBskyAPI"]),
    .library(name: "DevLexgenAPI", targets: ["DevLexgenAPI", "BlueMicrocosmAPI"]),
    .library(name: "AppView", targets: ["AppView", "LexiconIndex"]),
    .library(name: "BskyAppView", targets: ["BskyAppView"]),
    .plugin(name: "LexiconBuildPlugin", targets: ["LexiconBuildPlugin"]),
    .plugin(name: "LexiconCommandPlugin", targets: ["LexiconCommandPlugin"]),
  ],
  // Packages that need only the types depend on this package with `traits: []`.
  traits: [
    .default(enabledTraits: ["Server"]),
    .trait(name: "Network", description: "A transport over async-http-client, with WebSockets."),
    .trait(
      name: "Server",
      description: "XRPCServer on Hummingbird, PDS, PLC directory, and the executable atproto.",
      enabledTraits: ["Network"]
    ),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.34.1"),
    .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  ],
  targets: [
    // System libraries
    .systemLibrary(
      name: "CYAML",
      pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]
    ),
    .systemLibrary(
      name: "CLibCrypto",
      pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]
    ),
    .systemLibrary(
      name: "CSecp256k1",
      pkgConfig: "libsecp256k1",
      providers: [.apt(["libsecp256k1-dev"]), .brew(["secp256k1"])]
    ),
    .systemLibrary(
      name: "CZstd",
      pkgConfig: "libzstd",
      providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]
    ),

    // Floor 0
    .target(name: "ATProtoSyntax"),

    // Floor 1
    .target(
      name: "ATProtoData",
      dependencies: ["ATProtoSyntax"],
      swiftSettings: [
        .enableExperimentalFeature("Lifetimes"),
        .strictMemorySafety(),
      ]
    ),
    .target(
      name: "ATProtoCrypto",
      dependencies: ["ATProtoSyntax", "CLibCrypto", "CSecp256k1"]
    ),

    // Floor 2
    .target(
      name: "Lexicon",
      dependencies: ["ATProtoData", "ATProtoSyntax", "CYAML"]
    ),
    .target(
      name: "ATProtoRepo",
      dependencies: ["ATProtoCrypto", "ATProtoData", "ATProtoSyntax"]
    ),
    .target(
      name: "ATProtoHTTP",
      dependencies: [
        "ATProtoSyntax", .product(name: "HTTPTypes", package: "swift-http-types"),
      ]
    ),
    .target(
      name: "XRPC",
      dependencies: [
        "ATProtoHTTP", "ATProtoData", "ATProtoSyntax",
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ]
    ),

    .target(
      name: "XRPCWebSocket",
      dependencies: [
        networkProduct("NIOCore", "swift-nio"),
        networkProduct("NIOWebSocket", "swift-nio"),
      ]
    ),

    // Floor 3
    .target(name: "Templating"),
    .target(
      name: "LexiconTemplates",
      path: "Templates",
      resources: [.embedInCode("Swift"), .embedInCode("Site")]
    ),
    .target(
      name: "LexiconCompiler",
      dependencies: ["Lexicon", "LexiconTemplates", "Templating", "ATProtoSyntax"]
    ),
    .target(
      name: "LexiconExport",
      dependencies: ["Lexicon", "ATProtoData", "ATProtoSyntax"]
    ),
    .target(
      name: "LexiconDocs",
      dependencies: ["LexiconTemplates", "Templating", "Lexicon", "ATProtoData", "ATProtoSyntax"]
    ),
    .target(
      name: "LexiconSamples",
      dependencies: ["Lexicon", "ATProtoData", "ATProtoSyntax"]
    ),
    .target(
      name: "ATProtoIdentity",
      dependencies: [
        "ATProtoHTTP", "ATProtoCrypto", "ATProtoData", "ATProtoSyntax",
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ]
    ),
    .target(
      name: "ATProtoAuth",
      dependencies: ["ATProtoHTTP", "ATProtoCrypto", "ATProtoData", "ATProtoSyntax"]
    ),
    .target(
      name: "ComAtprotoAPI",
      dependencies: ["XRPC", "ATProtoData", "ATProtoSyntax"],
      path: "Generated/ComAtprotoAPI"
    ),
    .target(
      name: "AppBskyAPI",
      dependencies: ["XRPC", "ATProtoData", "ATProtoSyntax", "ComAtprotoAPI"],
      path: "Generated/AppBskyAPI"
    ),
    .target(
      name: "ChatBskyAPI",
      dependencies: ["XRPC", "ATProtoData", "ATProtoSyntax", "ComAtprotoAPI", "AppBskyAPI"],
      path: "Generated/ChatBskyAPI"
    ),
    .target(
      name: "ToolsOzoneAPI",
      dependencies: [
        "XRPC", "ATProtoData", "ATProtoSyntax", "ComAtprotoAPI", "AppBskyAPI", "ChatBskyAPI",
      ],
      path: "Generated/ToolsOzoneAPI"
    ),

    .target(
      name: "DevLexgenAPI",
      dependencies: ["XRPC", "ATProtoData", "ATProtoSyntax"],
      path: "Generated/DevLexgenAPI"
    ),
    .target(
      name: "BlueMicrocosmAPI",
      dependencies: ["XRPC", "ATProtoData", "ATProtoSyntax"],
      path: "Generated/BlueMicrocosmAPI"
    ),
    // The documents of `Lexicons/`, for programs that need schemas and not only generated code.
    .target(name: "CBuiltInLexicons"),
    .target(name: "BuiltInLexicons", dependencies: ["CBuiltInLexicons", "Lexicon"]),
    .target(
      name: "LexiconIndex",
      dependencies: ["Lexicon", "ATProtoData", "ATProtoSyntax"]
    ),

    // Floor 4
    .target(
      name: "LexiconProject",
      dependencies: [
        "LexiconCompiler", "LexiconTemplates", "Lexicon", "ATProtoData", "ATProtoSyntax",
      ]
    ),
    .target(
      name: "XRPCClient",
      dependencies: [
        "XRPC", "ATProtoHTTP", "ATProtoData", "ATProtoSyntax",
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ]
    ),
    .target(
      name: "ATProtoLabels",
      dependencies: [
        "XRPCClient", "XRPC", "ATProtoIdentity", "ATProtoHTTP", "ATProtoCrypto", "ATProtoData",
        "ATProtoSyntax", "ComAtprotoAPI", "AppBskyAPI",
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ]
    ),
    .target(
      name: "OAuthClient",
      dependencies: [
        "XRPCClient", "XRPC", "ATProtoAuth", "ATProtoIdentity", "ATProtoHTTP", "ATProtoCrypto",
        "ATProtoData", "ATProtoSyntax",
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ]
    ),
    .target(
      name: "XRPCAsyncHTTPClient",
      dependencies: [
        "ATProtoHTTP", "XRPCWebSocket",
        networkProduct("AsyncHTTPClient", "async-http-client"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        networkProduct("NIOCore", "swift-nio"),
        networkProduct("NIOHTTP1", "swift-nio"),
        networkProduct("NIOPosix", "swift-nio"),
        networkProduct("NIOSSL", "swift-nio-ssl"),
        networkProduct("NIOWebSocket", "swift-nio"),
      ]
    ),
    .target(
      name: "XRPCURLSession",
      dependencies: ["ATProtoHTTP", .product(name: "HTTPTypes", package: "swift-http-types")]
    ),
    .target(
      name: "XRPCServer",
      dependencies: [
        "XRPC", "XRPCWebSocket", "ATProtoAuth", "ATProtoIdentity", "ATProtoHTTP", "ATProtoCrypto",
        "ATProtoData",
        "ATProtoSyntax",
        serverProduct("CoreMetrics", "swift-metrics"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        serverProduct("Hummingbird", "hummingbird"),
        serverProduct("HummingbirdCore", "hummingbird"),
        serverProduct("Logging", "swift-log"),
        networkProduct("NIOCore", "swift-nio"),
        networkProduct("NIOHTTP1", "swift-nio"),
        networkProduct("NIOHTTPTypes", "swift-nio-extras"),
        networkProduct("NIOHTTPTypesHTTP1", "swift-nio-extras"),
        networkProduct("NIOWebSocket", "swift-nio"),
        serverProduct("ServiceLifecycle", "swift-service-lifecycle"),
      ]
    ),
    .target(
      name: "XRPCServerTLS",
      dependencies: [
        "XRPCServer",
        serverProduct("Hummingbird", "hummingbird"),
        serverProduct("HummingbirdCore", "hummingbird"),
        serverProduct("HummingbirdHTTP2", "hummingbird"),
        serverProduct("HummingbirdTLS", "hummingbird"),
        serverProduct("Logging", "swift-log"),
        networkProduct("NIOCore", "swift-nio"),
        networkProduct("NIOSSL", "swift-nio-ssl"),
      ]
    ),

    // Floor 5
    .target(
      name: "LexiconLanguageServer",
      dependencies: ["LexiconProject", "Lexicon", "ATProtoData", "ATProtoSyntax"]
    ),
    .target(
      name: "LexiconResolution",
      dependencies: [
        "XRPC", "ComAtprotoAPI", "Lexicon", "ATProtoIdentity", "ATProtoHTTP",
        "ATProtoRepo", "ATProtoCrypto", "ATProtoData", "ATProtoSyntax",
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ]
    ),
    .target(
      name: "ServiceKit",
      dependencies: [
        "XRPCServer", "XRPC", "ATProtoAuth", "ATProtoIdentity", "ATProtoHTTP", "ATProtoCrypto",
        "ATProtoData", "ATProtoSyntax",
        serverProduct("CoreMetrics", "swift-metrics"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        serverProduct("Hummingbird", "hummingbird"),
        serverProduct("Logging", "swift-log"),
        networkProduct("NIOCore", "swift-nio"),
        serverProduct("ServiceLifecycle", "swift-service-lifecycle"),
        serverProduct("Subprocess", "swift-subprocess"),
        serverProduct("SystemPackage", "swift-system"),
        serverProduct("UnixSignals", "swift-service-lifecycle"),
      ]
    ),

    .target(
      name: "VerifiedSync",
      dependencies: [
        "XRPCClient", "XRPC", "ComAtprotoAPI", "ATProtoIdentity", "ATProtoHTTP", "ATProtoRepo",
        "ATProtoData", "ATProtoSyntax",
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ]
    ),

    // Floor 6
    .target(
      name: "PLCDirectory",
      dependencies: [
        "ServiceKit", "XRPCServer", "ATProtoIdentity", "ATProtoData", "ATProtoSyntax",
        serverProduct("CoreMetrics", "swift-metrics"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        serverProduct("Hummingbird", "hummingbird"),
        serverProduct("Logging", "swift-log"),
        networkProduct("NIOCore", "swift-nio"),
      ]
    ),
    .target(
      name: "PDS",
      dependencies: [
        "ServiceKit", "LexiconResolution", "XRPCServer", "XRPCClient", "XRPCAsyncHTTPClient",
        "XRPC",
        "ATProtoAuth", "ATProtoIdentity", "Lexicon",
        "ATProtoHTTP", "ATProtoRepo", "ATProtoCrypto", "ATProtoData", "ATProtoSyntax",
        "ComAtprotoAPI",
        "AppBskyAPI", "Templating",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        serverProduct("Hummingbird", "hummingbird"),
        serverProduct("Logging", "swift-log"),
        networkProduct("NIOCore", "swift-nio"),
      ],
      resources: [.embedInCode("OAuth/Pages/Templates")]
    ),
    .target(
      name: "Relay",
      dependencies: [
        "ServiceKit", "XRPCServer", "XRPCWebSocket", "XRPCAsyncHTTPClient", "XRPC",
        "ComAtprotoAPI", "Templating", "ATProtoIdentity", "ATProtoHTTP", "ATProtoRepo",
        "ATProtoCrypto", "ATProtoData", "ATProtoSyntax", "CZstd",
        serverProduct("CoreMetrics", "swift-metrics"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        serverProduct("Hummingbird", "hummingbird"),
        serverProduct("Logging", "swift-log"),
        networkProduct("NIOCore", "swift-nio"),
        serverProduct("ServiceLifecycle", "swift-service-lifecycle"),
      ],
      resources: [
        .embedInCode("Administration/Templates"), .embedInCode("Jetstream/Dictionary"),
      ]
    ),
    .target(
      name: "Labeler",
      dependencies: [
        "ServiceKit", "XRPCServer", "XRPCClient", "OAuthClient", "XRPCAsyncHTTPClient", "XRPC",
        "ATProtoLabels", "ATProtoAuth", "ATProtoIdentity", "ATProtoHTTP", "ATProtoCrypto",
        "ATProtoData", "ATProtoSyntax", "Templating", "ComAtprotoAPI", "AppBskyAPI",
        "ToolsOzoneAPI",
        serverProduct("CoreMetrics", "swift-metrics"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        serverProduct("Hummingbird", "hummingbird"),
        serverProduct("Logging", "swift-log"),
        networkProduct("NIOCore", "swift-nio"),
        serverProduct("ServiceLifecycle", "swift-service-lifecycle"),
      ],
      resources: [.embedInCode("Review/Templates")]
    ),
    .target(
      name: "MockServer",
      dependencies: [
        "ServiceKit", "XRPCServer", "XRPC", "BuiltInLexicons", "LexiconSamples", "Lexicon",
        "ATProtoHTTP", "ATProtoRepo", "ATProtoData", "ATProtoSyntax",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        serverProduct("Hummingbird", "hummingbird"),
        serverProduct("Logging", "swift-log"),
        networkProduct("NIOCore", "swift-nio"),
        serverProduct("ServiceLifecycle", "swift-service-lifecycle"),
      ]
    ),
    .target(
      name: "AppView",
      dependencies: [
        "ServiceKit", "XRPCServer", "XRPCClient", "XRPCAsyncHTTPClient", "XRPC", "VerifiedSync",
        "LexiconResolution", "LexiconIndex", "BuiltInLexicons", "Lexicon", "ATProtoLabels",
        "ATProtoAuth",
        "ATProtoIdentity", "ATProtoHTTP", "ATProtoRepo", "ATProtoCrypto", "ATProtoData",
        "ATProtoSyntax", "Templating", "ComAtprotoAPI", "DevLexgenAPI", "BlueMicrocosmAPI",
        serverProduct("CoreMetrics", "swift-metrics"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        serverProduct("Hummingbird", "hummingbird"),
        serverProduct("Logging", "swift-log"),
        networkProduct("NIOCore", "swift-nio"),
        serverProduct("ServiceLifecycle", "swift-service-lifecycle"),
      ],
      resources: [.embedInCode("Administration/Templates")]
    ),

    // Floor 7
    .target(
      name: "BskyAppView",
      dependencies: [
        "AppView", "LexiconIndex", "ServiceKit", "XRPCServer", "XRPCClient", "XRPC",
        "ATProtoLabels",
        "ATProtoAuth", "ATProtoIdentity", "ATProtoHTTP", "ATProtoCrypto", "ATProtoData",
        "ATProtoSyntax", "ComAtprotoAPI", "AppBskyAPI",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        serverProduct("Logging", "swift-log"),
      ]
    ),
    .target(
      name: "SQLiteStorage",
      dependencies: [
        "PDS", "PLCDirectory", "Relay", "Labeler", "ATProtoLabels", "AppView", "LexiconIndex",
        "VerifiedSync", "ServiceKit", "XRPCServer", "ComAtprotoAPI",
        "ATProtoIdentity", "ATProtoRepo", "ATProtoCrypto", "ATProtoData", "ATProtoSyntax",
        serverProduct("GRDB", "GRDB.swift"),
      ]
    ),

    // Floor 8
    // The commit is in a C++ file, so a new commit recompiles only that file. The definition is for
    // sources without a reflog, and has the commit at the time when the manifest was read.
    .target(
      name: "CLexgenVersion",
      cSettings: [
        .define(
          "LEXGEN_COMMIT",
          to: "\"\(Context.gitInformation?.currentCommit ?? "")\""
        )
      ]
    ),
    .executableTarget(
      name: "lexgen",
      dependencies: [
        "LexiconLanguageServer", "LexiconProject", "LexiconCompiler", "LexiconDocs",
        "LexiconExport", "LexiconSamples", "LexiconTemplates", "Lexicon", "ATProtoData",
        "ATProtoSyntax", "CLexgenVersion",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]
    ),
    buildTool,
    .plugin(name: "LexiconBuildPlugin", capability: .buildTool(), dependencies: ["lexgen-build"]),
    .plugin(
      name: "LexiconCommandPlugin",
      capability: .command(
        intent: .custom(
          verb: "generate-lexicons",
          description: "Generate Swift from Lexicon documents into the source tree."
        ),
        permissions: [
          .writeToPackageDirectory(reason: "The generated sources are part of the package.")
        ]
      ),
      dependencies: ["lexgen"]
    ),
    .executableTarget(
      name: "atproto",
      dependencies: [
        "SQLiteStorage", "PDS", "PLCDirectory", "Relay", "Labeler", "ATProtoLabels", "AppView",
        "MockServer", "BskyAppView", "LexiconIndex", "DevLexgenAPI", "ToolsOzoneAPI",
        "VerifiedSync",
        "ServiceKit", "LexiconResolution", "OAuthClient", "XRPCClient", "XRPCServer",
        "XRPCAsyncHTTPClient",
        "XRPC", "ATProtoIdentity", "ATProtoHTTP", "ATProtoRepo", "ATProtoCrypto", "ATProtoData",
        "ATProtoSyntax", "ComAtprotoAPI", "AppBskyAPI", "Lexicon",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        serverProduct("Hummingbird", "hummingbird"),
        serverProduct("Logging", "swift-log"),
        networkProduct("NIOCore", "swift-nio"),
        serverProduct("ServiceLifecycle", "swift-service-lifecycle"),
        serverProduct("Subprocess", "swift-subprocess"),
        serverProduct("SystemPackage", "swift-system"),
        serverProduct("UnixSignals", "swift-service-lifecycle"),
      ]
    ),
    .executableTarget(
      name: "conformance",
      dependencies: ["Lexicon", "ATProtoRepo", "ATProtoCrypto", "ATProtoData", "ATProtoSyntax"]
    ),
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "LexiconSamples", "Lexicon", "ATProtoData", "ComAtprotoAPI", "AppBskyAPI",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]
    ),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "ATProtoAuth", "ATProtoRepo", "ATProtoCrypto", "ATProtoData", "ATProtoSyntax", "XRPC",
        "ATProtoHTTP", "XRPCServer", "XRPCClient", "XRPCAsyncHTTPClient", "ComAtprotoAPI",
        "AppBskyAPI", "PDS", "PLCDirectory", "Relay", "Labeler", "ATProtoLabels", "ToolsOzoneAPI",
        "RelayTestSupport", "SQLiteStorage", "AppView", "BskyAppView", "LexiconIndex",
        "VerifiedSync", "Lexicon", "ServiceKit", "ATProtoIdentity", "XRPCWebSocket", "CLibCrypto",
        "CSecp256k1",
        "AllocationCount",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        serverProduct("Hummingbird", "hummingbird"),
        serverProduct("Logging", "swift-log"),
        networkProduct("NIOCore", "swift-nio"),
        networkProduct("NIOPosix", "swift-nio"),
      ],
      path: "Benchmarks",
      exclude: [
        "AllocationCount", "RESULTS.md", "compiler", "dataset", "lexicon_install.py",
        "oauth_flows.py", "peers",
      ]
    ),

    .target(name: "AllocationCount", path: "Benchmarks/AllocationCount"),

    // Tests
    // The snippets of the README.
    .target(
      name: "ReadmeSnippets",
      dependencies: [
        "AppBskyAPI", "ComAtprotoAPI", "XRPCAsyncHTTPClient", "XRPCClient", "XRPCServer", "XRPC",
        "ATProtoData", "ATProtoSyntax",
        serverProduct("Hummingbird", "hummingbird"),
        serverProduct("Logging", "swift-log"),
      ],
      path: "Tests/ReadmeSnippets",
      swiftSettings: strict + [.swiftLanguageMode(.v6)]
    ),
    .testTarget(
      name: "ProjectTests",
      dependencies: ["ReadmeSnippets"]
    ),
    .target(name: "TestSupport", path: "Tests/Support"),
    .testTarget(name: "ATProtoSyntaxTests", dependencies: ["ATProtoSyntax"]),
    .testTarget(
      name: "ATProtoDataTests",
      dependencies: ["ATProtoData", "ATProtoSyntax", "LexiconSamples", "SnapshotModule"]
    ),
    .testTarget(
      name: "ATProtoCryptoTests",
      dependencies: ["ATProtoCrypto", "ATProtoSyntax"]
    ),
    .testTarget(
      name: "ATProtoAuthTests",
      dependencies: [
        "ATProtoAuth", "ATProtoHTTP", "ATProtoCrypto", "ATProtoData", "ATProtoSyntax",
      ]
    ),
    .testTarget(
      name: "ATProtoRepoTests",
      dependencies: [
        "TestSupport", "ATProtoRepo", "ATProtoCrypto", "ATProtoData", "ATProtoSyntax",
      ],
      exclude: ["Peers"]
    ),
    .testTarget(
      name: "ATProtoIdentityTests",
      dependencies: [
        "TestSupport",
        "ATProtoIdentity", "ATProtoHTTP", "XRPCAsyncHTTPClient", "ATProtoCrypto", "ATProtoData",
        "ATProtoSyntax",
        networkProduct("AsyncHTTPClient", "async-http-client"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        serverProduct("Hummingbird", "hummingbird"),
        serverProduct("HummingbirdTLS", "hummingbird"),
        serverProduct("Logging", "swift-log"),
        networkProduct("NIOCore", "swift-nio"),
        networkProduct("NIOSSL", "swift-nio-ssl"),
        serverProduct("ServiceLifecycle", "swift-service-lifecycle"),
      ]
    ),
    .testTarget(
      name: "LexiconResolutionTests",
      dependencies: [
        "TestSupport", "LexiconResolution", "Lexicon", "XRPCAsyncHTTPClient", "XRPCClient", "XRPC",
        "ComAtprotoAPI", "ATProtoIdentity", "ATProtoHTTP", "ATProtoRepo", "ATProtoCrypto",
        "ATProtoData", "ATProtoSyntax",
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ]
    ),
    .testTarget(
      name: "PLCDirectoryTests",
      dependencies: [
        "TestSupport", "PLCDirectory", "SQLiteStorage", "ServiceKit", "ATProtoIdentity",
        "ATProtoHTTP", "XRPCAsyncHTTPClient", "ATProtoCrypto",
        "ATProtoData", "ATProtoSyntax",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        serverProduct("Hummingbird", "hummingbird"),
        serverProduct("Logging", "swift-log"),
        serverProduct("ServiceLifecycle", "swift-service-lifecycle"),
      ]
    ),
    .testTarget(
      name: "LexiconTests",
      dependencies: ["Lexicon", "ATProtoRepo", "ATProtoSyntax", "ATProtoData"]
    ),
    .testTarget(
      name: "LexiconSamplesTests",
      dependencies: ["LexiconSamples", "Lexicon", "ATProtoData", "ATProtoSyntax"]
    ),
    .testTarget(
      name: "LexiconExportTests",
      dependencies: [
        "LexiconExport", "LexiconSamples", "Lexicon", "TestSupport", "ATProtoData", "ATProtoSyntax",
      ],
      exclude: ["Peers"]
    ),
    .testTarget(name: "TemplatingTests", dependencies: ["Templating"]),
    .testTarget(
      name: "LexiconDocsTests",
      dependencies: ["LexiconDocs", "LexiconTemplates", "Lexicon", "TestSupport"]
    ),
    .testTarget(
      name: "LexiconCompilerTests",
      dependencies: ["LexiconCompiler", "LexiconTemplates", "Lexicon", "ATProtoSyntax"]
    ),
    // The golden files are compiled as well as compared.
    .target(
      name: "SnapshotModule",
      dependencies: ["XRPC", "ATProtoData", "ATProtoSyntax"],
      path: "Tests/Snapshots/Generated"
    ),
    .testTarget(
      name: "GeneratedCodeTests",
      dependencies: [
        "AppBskyAPI", "ComAtprotoAPI", "ChatBskyAPI", "ToolsOzoneAPI", "DevLexgenAPI",
        "BlueMicrocosmAPI", "SnapshotModule", "XRPC", "Lexicon", "LexiconSamples", "ATProtoData",
        "ATProtoSyntax",
      ]
    ),
    .testTarget(
      name: "LexiconLanguageServerTests",
      dependencies: [
        "LexiconLanguageServer", "LexiconProject", "lexgen", "TestSupport", "Lexicon",
        "ATProtoData",
      ]
    ),
    .testTarget(
      name: "LexgenTests",
      dependencies: [
        "lexgen", "TestSupport", "LexiconProject", "LexiconCompiler", "LexiconTemplates",
        "Lexicon", "ATProtoData",
      ] + (bundle == nil ? ["lexgen-build"] : [])
    ),
    .testTarget(
      name: "ATProtoCommandTests",
      dependencies: [
        "atproto", "TestSupport", "ComAtprotoAPI", "ATProtoHTTP", "ATProtoRepo", "ATProtoCrypto",
        "ATProtoData", "ATProtoSyntax", "OAuthClient", "XRPCAsyncHTTPClient", "XRPCClient",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        serverProduct("Hummingbird", "hummingbird"),
        networkProduct("NIOCore", "swift-nio"),
      ],
      exclude: ["Peers"]
    ),
    .testTarget(
      name: "ConformanceTests",
      dependencies: ["conformance", "TestSupport", "ATProtoCrypto", "ATProtoData"],
      resources: [.copy("Tables"), .copy("Differences.json")]
    ),
    .testTarget(
      name: "XRPCTests",
      dependencies: [
        "TestSupport",
        "XRPC", "XRPCClient", "XRPCAsyncHTTPClient", "XRPCServer", "XRPCServerTLS",
        "XRPCURLSession", "XRPCWebSocket", "ATProtoAuth", "ATProtoIdentity", "ATProtoHTTP",
        "ATProtoCrypto",
        "ATProtoData", "ATProtoSyntax",
        networkProduct("AsyncHTTPClient", "async-http-client"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        serverProduct("Hummingbird", "hummingbird"),
        serverProduct("HummingbirdTesting", "hummingbird"),
        serverProduct("Logging", "swift-log"),
        serverProduct("MetricsTestKit", "swift-metrics"),
        networkProduct("NIOCore", "swift-nio"),
        networkProduct("NIOEmbedded", "swift-nio"),
        networkProduct("NIOHTTP1", "swift-nio"),
        networkProduct("NIOPosix", "swift-nio"),
        networkProduct("NIOSSL", "swift-nio-ssl"),
        networkProduct("NIOWebSocket", "swift-nio"),
        serverProduct("ServiceLifecycle", "swift-service-lifecycle"),
      ],
      exclude: ["Peers", "Sample/Lexicons", "lexgen.yaml"]
    ),
    .testTarget(
      name: "OAuthClientTests",
      dependencies: [
        "OAuthClient", "TestSupport", "XRPCClient", "XRPCAsyncHTTPClient", "XRPC", "ComAtprotoAPI",
        "ATProtoAuth", "ATProtoIdentity", "ATProtoHTTP", "ATProtoCrypto", "ATProtoData",
        "ATProtoSyntax",
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ]
    ),
    .testTarget(
      name: "ServiceKitTests",
      dependencies: [
        "ServiceKit", "TestSupport", "XRPC", "XRPCServer", "XRPCAsyncHTTPClient",
        "ATProtoIdentity", "ATProtoHTTP", "ATProtoCrypto", "ATProtoData", "ATProtoSyntax",
        serverProduct("CoreMetrics", "swift-metrics"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        serverProduct("Hummingbird", "hummingbird"),
        serverProduct("Logging", "swift-log"),
        networkProduct("NIOCore", "swift-nio"),
      ]
    ),
    .testTarget(
      name: "PDSTests",
      dependencies: [
        "TestSupport", "atproto", "PLCDirectory", "SQLiteStorage", "ServiceKit",
        "PDS", "LexiconResolution", "Lexicon", "XRPC", "XRPCServer", "XRPCClient",
        "XRPCAsyncHTTPClient", "ComAtprotoAPI",
        "AppBskyAPI",
        "ATProtoAuth", "ATProtoIdentity", "ATProtoHTTP", "ATProtoRepo", "ATProtoCrypto",
        "ATProtoData",
        "ATProtoSyntax",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        serverProduct("GRDB", "GRDB.swift"),
        serverProduct("Hummingbird", "hummingbird"),
        serverProduct("Logging", "swift-log"),
        networkProduct("NIOCore", "swift-nio"),
        networkProduct("NIOEmbedded", "swift-nio"),
        serverProduct("ServiceLifecycle", "swift-service-lifecycle"),
      ],
      exclude: ["Peers"]
    ),
    // Simulated hosts, accounts, and PLC directories, for tests and benchmarks.
    .target(
      name: "RelayTestSupport",
      dependencies: [
        "TestSupport", "Relay", "PLCDirectory", "ServiceKit", "XRPCServer", "XRPCWebSocket",
        "XRPCAsyncHTTPClient", "XRPC", "ComAtprotoAPI", "ATProtoIdentity", "ATProtoHTTP",
        "ATProtoRepo", "ATProtoCrypto", "ATProtoData", "ATProtoSyntax",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        serverProduct("Hummingbird", "hummingbird"),
        serverProduct("Logging", "swift-log"),
        networkProduct("NIOCore", "swift-nio"),
        networkProduct("NIOHTTP1", "swift-nio"),
        networkProduct("NIOPosix", "swift-nio"),
        networkProduct("NIOWebSocket", "swift-nio"),
        serverProduct("ServiceLifecycle", "swift-service-lifecycle"),
      ],
      path: "Tests/RelaySupport"
    ),
    .testTarget(
      name: "RelayTests",
      dependencies: [
        "RelayTestSupport", "TestSupport", "atproto", "Relay", "SQLiteStorage", "PDS",
        "PLCDirectory", "ServiceKit", "XRPCServer", "XRPCWebSocket", "XRPCClient",
        "XRPCAsyncHTTPClient", "XRPC", "ComAtprotoAPI", "ATProtoIdentity", "ATProtoHTTP",
        "ATProtoRepo", "ATProtoCrypto", "ATProtoData", "ATProtoSyntax", "CZstd",
        serverProduct("CoreMetrics", "swift-metrics"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        serverProduct("Hummingbird", "hummingbird"),
        serverProduct("Logging", "swift-log"),
        serverProduct("MetricsTestKit", "swift-metrics"),
        networkProduct("NIOCore", "swift-nio"),
        networkProduct("NIOPosix", "swift-nio"),
        serverProduct("ServiceLifecycle", "swift-service-lifecycle"),
      ],
      exclude: ["Peers"]
    ),
    .testTarget(
      name: "VerifiedSyncTests",
      dependencies: [
        "RelayTestSupport", "TestSupport", "atproto", "VerifiedSync", "SQLiteStorage", "Relay",
        "PDS", "PLCDirectory", "ServiceKit", "XRPCServer", "XRPCWebSocket", "XRPCClient",
        "XRPCAsyncHTTPClient", "XRPC", "ComAtprotoAPI", "AppBskyAPI", "ATProtoIdentity",
        "ATProtoHTTP", "ATProtoRepo", "ATProtoCrypto", "ATProtoData", "ATProtoSyntax",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        serverProduct("Hummingbird", "hummingbird"),
        serverProduct("Logging", "swift-log"),
        networkProduct("NIOCore", "swift-nio"),
        serverProduct("ServiceLifecycle", "swift-service-lifecycle"),
      ],
      exclude: ["Peers"]
    ),
    .testTarget(
      name: "ATProtoLabelsTests",
      dependencies: [
        "ATProtoLabels", "TestSupport", "SQLiteStorage", "XRPCServer", "XRPCClient",
        "XRPCAsyncHTTPClient", "XRPC", "ComAtprotoAPI", "AppBskyAPI", "ATProtoIdentity",
        "ATProtoHTTP", "ATProtoCrypto", "ATProtoData", "ATProtoSyntax",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        serverProduct("Hummingbird", "hummingbird"),
        serverProduct("Logging", "swift-log"),
        networkProduct("NIOCore", "swift-nio"),
        serverProduct("ServiceLifecycle", "swift-service-lifecycle"),
      ]
    ),
    .testTarget(
      name: "LabelerTests",
      dependencies: [
        "Labeler", "ATProtoLabels", "TestSupport", "atproto", "SQLiteStorage", "PDS", "Relay",
        "PLCDirectory", "ServiceKit", "XRPCServer", "XRPCClient", "XRPCAsyncHTTPClient", "XRPC",
        "ComAtprotoAPI", "AppBskyAPI", "ToolsOzoneAPI", "OAuthClient", "ATProtoAuth",
        "ATProtoIdentity", "ATProtoHTTP", "ATProtoCrypto", "ATProtoData", "ATProtoSyntax",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        serverProduct("Hummingbird", "hummingbird"),
        serverProduct("Logging", "swift-log"),
        networkProduct("NIOCore", "swift-nio"),
        serverProduct("ServiceLifecycle", "swift-service-lifecycle"),
      ],
      exclude: ["Peers"]
    ),
    .testTarget(
      name: "MockServerTests",
      dependencies: [
        "MockServer", "atproto", "BuiltInLexicons", "LexiconSamples", "Lexicon", "TestSupport",
        "ServiceKit", "XRPCServer", "XRPCClient", "XRPCAsyncHTTPClient", "XRPC", "ComAtprotoAPI",
        "ATProtoHTTP", "ATProtoRepo", "ATProtoCrypto", "ATProtoData", "ATProtoSyntax",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        serverProduct("Hummingbird", "hummingbird"),
        serverProduct("Logging", "swift-log"),
        networkProduct("NIOCore", "swift-nio"),
      ],
      exclude: ["Peers"]
    ),
    .testTarget(
      name: "LexiconIndexTests",
      dependencies: [
        "LexiconIndex", "Lexicon", "LexiconSamples", "TestSupport", "ATProtoData", "ATProtoSyntax",
      ]
    ),
    .testTarget(
      name: "AppViewTests",
      dependencies: [
        "AppView", "BskyAppView", "LexiconIndex", "DevLexgenAPI", "BlueMicrocosmAPI",
        "RelayTestSupport", "TestSupport", "atproto", "VerifiedSync", "SQLiteStorage", "Relay",
        "PDS", "PLCDirectory", "Labeler", "ServiceKit", "XRPCServer", "XRPCWebSocket",
        "XRPCClient", "XRPCAsyncHTTPClient", "XRPC", "Lexicon", "ATProtoLabels", "ComAtprotoAPI",
        "AppBskyAPI", "ATProtoAuth", "ATProtoIdentity", "ATProtoHTTP", "ATProtoRepo",
        "ATProtoCrypto", "ATProtoData", "ATProtoSyntax",
        serverProduct("CoreMetrics", "swift-metrics"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        serverProduct("Hummingbird", "hummingbird"),
        serverProduct("Logging", "swift-log"),
        networkProduct("NIOCore", "swift-nio"),
        serverProduct("ServiceLifecycle", "swift-service-lifecycle"),
      ],
      exclude: ["Peers"]
    ),
    .testTarget(
      name: "StorageTests",
      dependencies: [
        "SQLiteStorage", "PDS", "PLCDirectory", "Relay", "Labeler", "ATProtoLabels", "AppView",
        "LexiconIndex", "Lexicon", "VerifiedSync", "ServiceKit", "ComAtprotoAPI",
        "TestSupport", "XRPC", "XRPCServer",
        "ATProtoIdentity", "ATProtoRepo", "ATProtoCrypto", "ATProtoData", "ATProtoSyntax",
      ]
    ),
    .testTarget(
      name: "SQLiteStorageTests",
      dependencies: [
        "SQLiteStorage", "PDS", "PLCDirectory", "ServiceKit", "TestSupport", "XRPCServer",
        "ATProtoIdentity", "ATProtoRepo", "ATProtoCrypto", "ATProtoData", "ATProtoSyntax",
        serverProduct("GRDB", "GRDB.swift"),
      ]
    ),
  ]
)

// Applies to all Swift targets except the snippets of the README, which are compiled as users would
// compile them.
for target in package.targets
where [.regular, .executable, .test].contains(target.type)
  && !["AllocationCount", "CLexgenVersion", "ReadmeSnippets"].contains(target.name)
{
  target.swiftSettings = sharedSettings + (target.swiftSettings ?? [])
}

// The documentation plugin is only for this project's own pages; users of the package do not need
// it.
if Context.environment["LEXGEN_DOCS"] != nil {
  package.dependencies.append(
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0")
  )
}
