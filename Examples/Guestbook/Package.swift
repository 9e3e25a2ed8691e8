// swift-tools-version: 6.3

import PackageDescription

let package = Package(
  name: "Guestbook",
  platforms: [.macOS(.v26)],
  dependencies: [
    .package(name: "lexgen", path: "../.."),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    .executableTarget(
      name: "Guestbook",
      dependencies: [
        .product(name: "ATProtoData", package: "lexgen"),
        .product(name: "ATProtoSyntax", package: "lexgen"),
        .product(name: "XRPC", package: "lexgen"),
        .product(name: "XRPCAsyncHTTPClient", package: "lexgen"),
        .product(name: "XRPCClient", package: "lexgen"),
        .product(name: "XRPCServer", package: "lexgen"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      plugins: [.plugin(name: "LexiconBuildPlugin", package: "lexgen")]
    )
  ]
)
