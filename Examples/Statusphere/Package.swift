// swift-tools-version: 6.3

import PackageDescription

let package = Package(
  name: "Statusphere",
  platforms: [.macOS(.v26)],
  dependencies: [
    .package(name: "lexgen", path: "../.."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    .executableTarget(
      name: "Statusphere",
      dependencies: [
        .product(name: "ATProtoAuth", package: "lexgen"),
        .product(name: "ATProtoCrypto", package: "lexgen"),
        .product(name: "ATProtoData", package: "lexgen"),
        .product(name: "ATProtoHTTP", package: "lexgen"),
        .product(name: "ATProtoIdentity", package: "lexgen"),
        .product(name: "ATProtoRepo", package: "lexgen"),
        .product(name: "ATProtoSyntax", package: "lexgen"),
        .product(name: "ComAtprotoAPI", package: "lexgen"),
        .product(name: "OAuthClient", package: "lexgen"),
        .product(name: "XRPC", package: "lexgen"),
        .product(name: "XRPCAsyncHTTPClient", package: "lexgen"),
        .product(name: "XRPCClient", package: "lexgen"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      resources: [.embedInCode("style.css")],
      plugins: [.plugin(name: "LexiconBuildPlugin", package: "lexgen")]
    )
  ]
)
