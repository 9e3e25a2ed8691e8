import ServiceKit
import Testing

@Suite struct SettingValueTests {
  @Test(
    arguments: [
      ("72h", 72 * 3600.0), ("5m", 300), ("90s", 90), ("1h30m", 5400), ("500ms", 0.5),
      ("1m500ms", 60.5), ("3d", 259_200), ("0s", 0),
    ] as [(String, Double)]
  )
  func durationIsTheSumOfItsParts(_ text: String, _ seconds: Double) throws {
    #expect(try SettingValue.duration(text) == .milliseconds(Int(seconds * 1000)))
  }

  @Test(arguments: ["", "5", "h", "-1h", "1.5h", "1h30", "1w", "1 h", "999999999d", "9999999999s"])
  func malformedDurationIsRefused(_ text: String) {
    #expect(throws: ServiceError(.configuration, "")) { try SettingValue.duration(text) }
  }

  @Test(
    arguments: [
      ("512MB", 512_000_000), ("1GiB", 1 << 30), ("5000000", nil), ("7b", 7),
    ] as [(String, Int?)]
  )
  func sizeHasAUnit(_ text: String, _ bytes: Int?) {
    #expect((try? SettingValue.bytes(text)) ?? nil == bytes)
  }

  @Test(arguments: ["", "MB", "-1MB", "1XB", "10 KB", "12345678901", "1.5GB"])
  func malformedSizeIsRefused(_ text: String) {
    #expect(throws: ServiceError(.configuration, "")) { try SettingValue.bytes(text) }
  }

  @Test(arguments: [
    (":2470", "0.0.0.0", 2470), ("127.0.0.1:0", "127.0.0.1", 0), ("[::1]:80", "::1", 80),
    ("localhost:1", "localhost", 1),
  ])
  func bindAddressHasAHostAndAPort(_ text: String, _ host: String, _ port: Int) throws {
    let address = try SettingValue.bind(text, setting: "A_BIND")
    #expect(address.host == host && address.port == port)
    #expect(address.hostSetting == "A_BIND" && address.portSetting == "A_BIND")
  }

  @Test(arguments: ["", "2470", "a:", "::1:80", "a:65536", "a:-1"])
  func malformedBindAddressIsRefused(_ text: String) {
    #expect(throws: ServiceError(.configuration, "")) {
      try SettingValue.bind(text, setting: "A_BIND")
    }
  }

  @Test(arguments: [("0.8", 0.8), ("1", 1), ("0", 0)] as [(String, Double)])
  func fractionIsFromZeroToOne(_ text: String, _ number: Double) throws {
    #expect(try SettingValue.fraction(text) == number)
    for bad in ["1.1", "-0.1", "nan", "x", "", "80%"] {
      #expect(throws: ServiceError(.configuration, "")) { try SettingValue.fraction(bad) }
    }
  }
}
