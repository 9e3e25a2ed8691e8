// swift-tools-version: 6.3

import PackageDescription

let package = Package(
  name: "FeedGenerator",
  platforms: [.macOS(.v26)],
  dependencies: [
    .package(name: "lexgen", path: "../.."),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
  ],
  targets: [
    .executableTarget(
      name: "FeedGenerator",
      dependencies: [
        .product(name: "AppBskyAPI", package: "lexgen"),
        .product(name: "ATProtoData", package: "lexgen"),
        .product(name: "ATProtoSyntax", package: "lexgen"),
        .product(name: "DevLexgenAPI", package: "lexgen"),
        .product(name: "XRPC", package: "lexgen"),
        .product(name: "XRPCAsyncHTTPClient", package: "lexgen"),
        .product(name: "XRPCClient", package: "lexgen"),
        .product(name: "XRPCServer", package: "lexgen"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
      ]
    )
  ]
)
