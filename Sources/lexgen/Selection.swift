import ATProtoSyntax
import ArgumentParser
import Lexicon

/// Which NSIDs are taken as roots.
struct Selection {
  var include: [String]
  var exclude: [String]

  var takesEverything: Bool { include.isEmpty && exclude.isEmpty }

  func takes(_ nsid: String) -> Bool {
    (include.isEmpty || include.contains { matches($0, nsid) })
      && !exclude.contains { matches($0, nsid) }
  }

  /// A pattern that selects nothing is a mistake, and acting on it would remove what was generated.
  func refuseWhatMatchesNothing(in documents: [LexiconDocument]) throws {
    for pattern in include + exclude
    where !documents.contains(where: { matches(pattern, $0.id.value.string) }) {
      throw ValidationError("'\(pattern)' matches no document without errors.")
    }
  }

  /// `app.bsky.feed.*` takes all below the prefix; a full NSID takes itself.
  private func matches(_ pattern: String, _ nsid: String) -> Bool {
    guard pattern.hasSuffix(".*") else { return pattern == nsid }
    return nsid.hasPrefix(pattern.dropLast())
  }
}
