import PLCDirectory
import ServiceKit
import TestSupport
import Testing

@Suite struct PLCSettingsTests {
  private func configuration(_ environment: [String: String]) throws -> PLCConfiguration {
    var settings = PLCSettings()
    #expect(try settings.read(environment).isEmpty)
    return try settings.finished()
  }

  @Test func defaultsAreALoopbackIPAddressAndNoDatabase() throws {
    let configuration = try configuration([:])
    #expect(configuration.bindAddress == "127.0.0.1" && configuration.port == 2582)
    #expect(configuration.dataDirectory == nil && configuration.metricsAddress == nil)
  }

  @Test func everyVariableSetsItsSetting() throws {
    let configuration = try configuration([
      "PLC_PORT": "0", "PLC_BIND_ADDRESS": "::1", "PLC_DATA_DIRECTORY": "/d",
      "PLC_METRICS_PORT": "9091", "PLC_METRICS_ADDRESS": "10.0.0.1",
    ])
    #expect(configuration.port == 0 && configuration.bindAddress == "::1")
    #expect(configuration.dataDirectory == "/d")
    #expect(configuration.metricsAddress?.host == "10.0.0.1")
    #expect(configuration.metricsAddress?.port == 9091)
    #expect(PLCSettings.table.settings.count == 5)
  }

  @Test(arguments: [
    ["PLC_PORT": "70000"], ["PLC_METRICS_PORT": "x"], ["PLC_METRICS_ADDRESS": "127.0.0.1"],
  ])
  func malformedOrIncompleteSettingIsRefused(_ environment: [String: String]) {
    #expect(throws: ServiceError(.configuration, "")) { try configuration(environment) }
  }

  /// `RECORD_SNAPSHOTS=1` writes the table to `docs/plc.md`, and fails.
  @Test func documentationHasTheTable() throws {
    let table = DocumentedTable(PLCSettings.table.markdown, in: "docs/plc.md")
    #expect(try table.difference() == nil)
  }
}
