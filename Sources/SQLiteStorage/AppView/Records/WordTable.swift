import LexiconIndex

/// The words of one generation of a collection: an FTS5 table without content, whose rows have the IDs
/// of the records, so that matches come in the order of time.
///
/// The words are already those that are compared. The tokenizer `ascii` only splits them at spaces:
/// all other characters in them are letters, digits, `_`, or not ASCII. The values of a field are
/// separated by a token that is not a word, so that a phrase does not go from one to the next.
struct WordTable {
  let session: SQLiteSession
  let generation: Int64
  /// The numbers of the fields, which are the columns.
  let fields: [Int]

  init?(_ session: SQLiteSession, _ collection: IndexTables.CollectionRow) {
    guard collection.generation > 0, !collection.searched.isEmpty else { return nil }
    self.init(session, collection.generation, collection.searched)
  }

  init(_ session: SQLiteSession, _ generation: Int64, _ fields: [Int]) {
    self.session = session
    self.generation = generation
    self.fields = fields
  }

  var name: String { "words\(generation)" }

  private var columns: String { fields.map { "f\($0)" }.joined(separator: ", ") }

  func create() throws {
    try session.runOnce(
      """
      CREATE VIRTUAL TABLE \(name) USING fts5(
        \(columns), content = '', columnsize = 0, tokenize = "ascii tokenchars '_|'"
      )
      """
    )
  }

  func drop() throws {
    try session.runOnce("DROP TABLE IF EXISTS \(name)")
  }

  func insert(_ texts: [IndexEntries.Text], of record: Int64) throws {
    guard let contents = contents(texts) else { return }
    try change("INSERT INTO \(name) (rowid, \(columns)) VALUES (?", record, contents)
  }

  /// Without content, FTS5 must be given what it is to forget.
  func delete(_ texts: [IndexEntries.Text], of record: Int64) throws {
    guard let contents = contents(texts) else { return }
    try change(
      "INSERT INTO \(name) (\(name), rowid, \(columns)) VALUES ('delete', ?",
      record,
      contents
    )
  }

  private func change(_ start: String, _ record: Int64, _ contents: [SQLiteValue]) throws {
    let parameters = String(repeating: ", ?", count: contents.count)
    try session.forEach(start + parameters + ")", [.integer(record)] + contents) { _ in }
  }

  /// The texts of each column; nil if there are none.
  private func contents(_ texts: [IndexEntries.Text]) -> [SQLiteValue]? {
    var isEmpty = true
    let contents = fields.map { field -> SQLiteValue in
      let values = texts.filter { $0.field == field && !$0.words.isEmpty }
      guard !values.isEmpty else { return .null }
      isEmpty = false
      return .text(values.map { $0.words.joined(separator: " ") }.joined(separator: " | "))
    }
    return isEmpty ? nil : contents
  }

  /// The expression of a search; nil if no record can satisfy it. Records that do not satisfy the
  /// search may satisfy the expression, but not the reverse.
  func expression(_ search: SearchExpression) -> String? {
    let columns = fields.filter { search.fields?.contains($0) ?? true }
    let required = search.required.filter { !$0.isEmpty }
    guard !columns.isEmpty, !required.isEmpty, required.count == search.required.count else {
      return nil
    }
    let names = columns.map { "f\($0)" }.joined(separator: " ")
    return required.map { words in
      "{\(names)} : \"\(words.joined(separator: " ").filter { $0 != "\"" })\""
    }.joined(separator: " AND ")
  }
}
