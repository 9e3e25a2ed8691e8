import ATProtoSyntax

/// The pages, in memory.
actor Book {
  private(set) var entries: [ComExample.Guestbook.Defs.EntryView] = []

  /// Adds a line and gives its number; nil for an author who is in the book already.
  func add(_ entry: ComExample.Guestbook.Entry, by author: FormatString<DID>) -> Int? {
    guard !entries.contains(where: { $0.author == author }) else { return nil }
    let position = entries.count + 1
    entries.append(.init(author: author, position: position, entry: entry))
    return position
  }
}
