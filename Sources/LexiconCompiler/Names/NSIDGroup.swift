package import ATProtoSyntax

/// All segments of an NSID except the last: `app.bsky.feed` of `app.bsky.feed.post`.
///
/// The NSID specification calls them the domain authority, in the order of the NSID. In Swift, the
/// documents of a group share a file and an enum. The first two segments of a group are its
/// *namespace root* (`app.bsky`), which determines the module.
package struct NSIDGroup: Hashable, Sendable, Comparable {
  package let text: String

  /// - Parameter text: segments separated by periods.
  package init(_ text: String) {
    self.text = text
  }

  /// The group that an NSID belongs to. The text need not be a valid NSID.
  package init(of nsid: String) {
    text = String(nsid.prefix(upTo: nsid.lastIndex(of: ".") ?? nsid.startIndex))
  }

  package var segments: [Substring] {
    text.split(separator: ".", omittingEmptySubsequences: false)
  }

  /// The first two segments.
  package var namespaceRoot: String { segments.prefix(2).joined(separator: ".") }

  package var isNamespaceRoot: Bool { segments.count == 2 }

  /// The last segment.
  package var name: String { segments.last.map(String.init) ?? "" }

  /// The group without its last segment; nil for a namespace root.
  package var enclosing: NSIDGroup? { segments.count > 2 ? NSIDGroup(of: text) : nil }

  /// The namespace root and every group on the path to this one, with this one last.
  package var ancestry: [NSIDGroup] {
    let segments = segments
    guard segments.count > 1 else { return [] }
    return (2...segments.count).map { NSIDGroup(segments.prefix($0).joined(separator: ".")) }
  }

  package static func < (lhs: NSIDGroup, rhs: NSIDGroup) -> Bool { lhs.text < rhs.text }

  /// The name of the group's file within the directory of its module.
  ///
  /// Segments keep their hyphens and the periods between them, so that case-insensitive file
  /// systems cannot confuse two groups. A plus sign, which no segment contains, marks the namespace
  /// root's own group.
  ///
  /// - Parameter isShared: whether the module contains more than one namespace root.
  func fileName(inSharedModule isShared: Bool) -> String {
    let parts = segments.map { $0.prefix(1).uppercased() + $0.dropFirst() }
    guard parts.count > 2 else { return "\(parts.joined(separator: "."))+Root.swift" }
    return "\(parts.dropFirst(isShared ? 0 : 2).joined(separator: ".")).swift"
  }
}

extension NSID {
  package var group: NSIDGroup { NSIDGroup(authority) }

  /// The first two segments: `app.bsky` of `app.bsky.feed.post`.
  package var namespaceRoot: String { group.namespaceRoot }
}
