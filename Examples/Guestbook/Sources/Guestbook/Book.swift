import ATProtoSyntax

/// The guestbook, in memory.
actor Book {
  private(set) var entries: [ComExample.Guestbook.Defs.EntryView] = []

  /// Adds a line and returns its number, or nil if the author has already signed.
  func add(_ entry: ComExample.Guestbook.Entry, by author: FormatString<DID>) -> Int? {
    guard !entries.contains(where: { $0.author == author }) else { return nil }
    let position = entries.count + 1
    entries.append(.init(author: author, position: position, entry: entry))
    return position
  }
}
