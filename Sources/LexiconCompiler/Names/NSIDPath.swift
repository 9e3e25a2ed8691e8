import ATProtoSyntax

/// An NSID taken apart for naming.
///
/// The authority of the output is the NSID's first two segments, its group everything but the
/// last: `app.bsky` and `app.bsky.feed` for `app.bsky.feed.post`.
package struct NSIDPath: Hashable, Sendable {
  package let segments: [String]

  package init(_ nsid: String) {
    segments = nsid.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
  }

  package var authority: String { segments.prefix(2).joined(separator: ".") }
  package var group: String { segments.dropLast().joined(separator: ".") }
  package var name: String { segments.last ?? "" }

  /// The authority and every group below it down to this NSID's own: `app.bsky`,
  /// `app.bsky.feed`.
  package var prefixes: [String] {
    guard segments.count > 2 else { return [] }
    return (2..<segments.count).map { segments.prefix($0).joined(separator: ".") }
  }

  /// The file that holds a group, within the folder of its module.
  ///
  /// Segments keep their hyphens and the periods between them, so that file systems which ignore
  /// case cannot confuse two groups; a plus sign, which no segment contains, marks the authority's
  /// own group.
  package static func fileName(ofGroup group: String, inSingleModule: Bool) -> String {
    let segments = group.split(separator: ".").map(String.init)
    let parts = segments.map(capitalised)
    guard parts.count > 2 else { return "\(parts.joined(separator: "."))+Root.swift" }
    return "\(parts.dropFirst(inSingleModule ? 0 : 2).joined(separator: ".")).swift"
  }

  private static func capitalised(_ segment: String) -> String {
    guard let first = segment.first else { return segment }
    return first.uppercased() + segment.dropFirst()
  }
}
