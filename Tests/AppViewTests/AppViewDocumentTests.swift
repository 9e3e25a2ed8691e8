import AppView
import ServiceKit
import TestSupport
import Testing

@Suite struct AppViewDocumentTests {
  /// The table in `docs/appview.md` is recorded with `RECORD_SNAPSHOTS=1`.
  @Test func documentationListsTheSettings() throws {
    let table = DocumentedTable(AppViewSettings.table.markdown, in: "docs/appview.md")
    #expect(try table.difference() == nil)
  }
}
