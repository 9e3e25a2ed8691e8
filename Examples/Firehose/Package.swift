// swift-tools-version: 6.3

import PackageDescription

let package = Package(
  name: "Firehose",
  platforms: [.macOS(.v26)],
  dependencies: [
    .package(name: "lexgen", path: "../..")
  ],
  targets: [
    .executableTarget(
      name: "Firehose",
      dependencies: [
        .product(name: "ATProtoData", package: "lexgen"),
        .product(name: "ATProtoRepo", package: "lexgen"),
        .product(name: "ATProtoSyntax", package: "lexgen"),
        .product(name: "ComAtprotoAPI", package: "lexgen"),
        .product(name: "XRPCAsyncHTTPClient", package: "lexgen"),
        .product(name: "XRPCClient", package: "lexgen"),
      ],
      plugins: [.plugin(name: "LexiconBuildPlugin", package: "lexgen")]
    )
  ]
)
