import Testing

@Suite("Every diagnostic, word for word")
struct BrokenDocumentTests {
  @Test(arguments: BrokenDocument.document)
  func document(_ row: BrokenDocument) { row.check() }

  @Test(arguments: BrokenDocument.definition)
  func definition(_ row: BrokenDocument) { row.check() }

  @Test(arguments: BrokenDocument.record)
  func record(_ row: BrokenDocument) { row.check() }

  @Test(arguments: BrokenDocument.object)
  func object(_ row: BrokenDocument) { row.check() }

  @Test(arguments: BrokenDocument.limits)
  func limits(_ row: BrokenDocument) { row.check() }

  @Test(arguments: BrokenDocument.containers)
  func containers(_ row: BrokenDocument) { row.check() }

  @Test(arguments: BrokenDocument.method)
  func method(_ row: BrokenDocument) { row.check() }

  @Test(arguments: BrokenDocument.permission)
  func permission(_ row: BrokenDocument) { row.check() }

  @Test(arguments: BrokenDocument.permissionSet)
  func permissionSet(_ row: BrokenDocument) { row.check() }

  @Test(arguments: BrokenDocument.reference)
  func reference(_ row: BrokenDocument) { row.check() }

  @Test(arguments: BrokenDocument.json)
  func json(_ row: BrokenDocument) { row.check() }

  @Test(arguments: BrokenDocument.yaml)
  func yaml(_ row: BrokenDocument) { row.check() }
}
