import Testing

@Suite("Diagnostics, word for word")
struct BrokenDocumentTests {
  @Test("A broken document has the expected diagnostics", arguments: BrokenDocument.document)
  func documentIsReported(_ row: BrokenDocument) { row.check() }

  @Test("A broken definition has the expected diagnostics", arguments: BrokenDocument.definition)
  func definitionIsReported(_ row: BrokenDocument) { row.check() }

  @Test("A broken record has the expected diagnostics", arguments: BrokenDocument.record)
  func recordIsReported(_ row: BrokenDocument) { row.check() }

  @Test("A broken object has the expected diagnostics", arguments: BrokenDocument.object)
  func objectIsReported(_ row: BrokenDocument) { row.check() }

  @Test("A broken limit has the expected diagnostics", arguments: BrokenDocument.limits)
  func limitIsReported(_ row: BrokenDocument) { row.check() }

  @Test(
    "A broken array, blob, ref or union has the expected diagnostics",
    arguments: BrokenDocument.containers
  )
  func containerIsReported(_ row: BrokenDocument) { row.check() }

  @Test("A broken method has the expected diagnostics", arguments: BrokenDocument.method)
  func methodIsReported(_ row: BrokenDocument) { row.check() }

  @Test("A broken permission has the expected diagnostics", arguments: BrokenDocument.permission)
  func permissionIsReported(_ row: BrokenDocument) { row.check() }

  @Test(
    "A broken permission set has the expected diagnostics",
    arguments: BrokenDocument.permissionSet
  )
  func permissionSetIsReported(_ row: BrokenDocument) { row.check() }

  @Test("A broken reference has the expected diagnostics", arguments: BrokenDocument.reference)
  func referenceIsReported(_ row: BrokenDocument) { row.check() }

  @Test("Malformed JSON has the expected diagnostics", arguments: BrokenDocument.json)
  func jsonIsReported(_ row: BrokenDocument) { row.check() }

  @Test(
    "Malformed or unsupported YAML has the expected diagnostics",
    arguments: BrokenDocument.yaml
  )
  func yamlIsReported(_ row: BrokenDocument) { row.check() }
}
