// swift-tools-version: 6.3

import PackageDescription

// Types only: without traits, SwiftPM does not resolve or build the network and server packages.
let package = Package(
  name: "Types",
  platforms: [.macOS(.v26)],
  dependencies: [
    .package(name: "lexgen", path: "../..", traits: [])
  ],
  targets: [
    .executableTarget(
      name: "Bookmarks",
      dependencies: [
        .product(name: "ATProtoData", package: "lexgen"),
        .product(name: "ATProtoSyntax", package: "lexgen"),
        .product(name: "ComAtprotoAPI", package: "lexgen"),
      ],
      plugins: [.plugin(name: "LexiconBuildPlugin", package: "lexgen")]
    )
  ]
)
