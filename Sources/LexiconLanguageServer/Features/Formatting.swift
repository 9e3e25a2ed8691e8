import ATProtoData
import Lexicon

extension LanguageServer {
  /// `textDocument/formatting`: the layout of `lexgen format`, which the client cannot configure.
  mutating func formatting(_ params: RequestParams) throws(MessageFailure) -> DataValue {
    let file = try workspace.file(try params.uri())
    guard workspace.isEditable(file), let text = CanonicalLayout.format(file.source).text,
      let edit = TextEdit(from: file.source.bytes, to: Array(text.utf8))
    else { return [] }
    return [["range": file.text.range(edit.range), "newText": .string(edit.replacement)]]
  }
}

extension TextEdit {
  /// The edit that turns one text into another, without what is the same at the start and at the
  /// end. Returns nil if the texts are equal.
  init?(from old: [UInt8], to new: [UInt8]) {
    guard old != new else { return nil }
    let common = min(old.count, new.count)
    var start = 0
    while start < common, old[start] == new[start] { start += 1 }
    var end = 0
    while end < common - start, old[old.count - 1 - end] == new[new.count - 1 - end] { end += 1 }
    // An edit must not divide a character or the end of a line.
    func divides(_ text: [UInt8], _ offset: Int) -> Bool {
      guard offset > 0, offset < text.count else { return false }
      return text[offset] & 0xC0 == 0x80 || text[offset - 1] == 0x0D && text[offset] == 0x0A
    }
    while start > 0, divides(old, start) || divides(new, start) { start -= 1 }
    while end > 0, divides(old, old.count - end) || divides(new, new.count - end) { end -= 1 }
    self.init(
      start..<old.count - end,
      String(decoding: new[start..<new.count - end], as: UTF8.self)
    )
  }
}
