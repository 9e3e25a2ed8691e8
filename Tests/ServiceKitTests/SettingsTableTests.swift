import ServiceKit
import Testing
import XRPC

/// A service with two settings.
private struct SampleSettings: ServiceSettings {
  var port = 1
  var names: [String] = []
  var password: String?
  var isVerbose = false

  init(isDevelopment: Bool) {
    if isDevelopment { port = 0 }
  }

  static let table = SettingsTable<SampleSettings>(
    prefix: "SAMPLE_",
    [
      Setting("SAMPLE_PORT", "number", "Port to listen on.", alias: "p") {
        (text, settings) throws(ServiceError) in settings.port = try SettingValue.port(text)
      },
      Setting("SAMPLE_NAME_LIST", "names", "Names, separated by commas.", isList: true) {
        (text, settings) throws(ServiceError) in settings.names = SettingValue.list(text)
      },
      Setting("SAMPLE_PASSWORD", "password", "The password.", isSecret: true) {
        (text, settings) throws(ServiceError) in
        guard text.utf8.count > 8 else { throw SettingValue.invalid("expected 9 bytes or more") }
        settings.password = text
      },
      Setting("SAMPLE_VERBOSE", "flag", "Whether to say more.", isSwitch: true) {
        (text, settings) throws(ServiceError) in settings.isVerbose = try SettingValue.flag(text)
      },
    ]
  )

  func finished() throws(ServiceError) -> SampleSettings { self }
}

@Suite struct SettingsTableTests {
  private func settings(
    _ environment: [String: String],
    _ arguments: [String] = []
  ) throws -> SampleSettings {
    var settings = SampleSettings(isDevelopment: false)
    _ = try settings.read(environment)
    try settings.take(SampleSettings.table.flags(arguments))
    return try settings.finished()
  }

  @Test func variablesAreReadAndEmptyOnesAreIgnored() throws {
    #expect(try settings(["SAMPLE_PORT": "80", "SAMPLE_NAME_LIST": "a, b,c"]).port == 80)
    #expect(try settings(["SAMPLE_NAME_LIST": "a, b,c"]).names == ["a", "b", "c"])
    #expect(try settings(["SAMPLE_PORT": "", "SAMPLE_PASSWORD": ""]).port == 1)
  }

  @Test(arguments: [
    ["--port", "2"], ["--port=2"], ["--p", "2"],
    ["--port", "3", "--port", "2"],
  ])
  func flagTakesPrecedenceOverTheVariable(_ arguments: [String]) throws {
    #expect(try settings(["SAMPLE_PORT": "80"], arguments).port == 2)
  }

  @Test(arguments: [
    (["--verbose"], true), (["--verbose", "--port", "2"], true), (["--verbose", "true"], true),
    (["--verbose", "false"], false), (["--verbose=false"], false), ([], false),
  ])
  func switchDoesNotRequireAValue(_ arguments: [String], _ expected: Bool) throws {
    #expect(try settings([:], arguments).isVerbose == expected)
  }

  @Test func flagsOfAListReplaceTheVariableTogether() throws {
    let names = try settings(
      ["SAMPLE_NAME_LIST": "a"],
      ["--name-list", "b", "--port", "2", "--name-list=c,d"]
    ).names
    #expect(names == ["b", "c", "d"])
  }

  @Test func flagValueMayContainAnEqualsSignOrBeEmpty() throws {
    #expect(try settings([:], ["--name-list=a=b"]).names == ["a=b"])
    #expect(try settings([:], ["--name-list="]).names == [])
  }

  @Test(arguments: [
    (["--prot", "1"], "unknown option '--prot'; see --help"),
    (["--prot=secret"], "unknown option '--prot'; see --help"),
    (["-x"], "unknown option '-x'; see --help"),
    (["--port"], "missing value for '--port <number>'"),
    (
      ["--password", "long secret", "rest"],
      "unexpected argument; each setting is a flag, see --help"
    ),
  ])
  func malformedFlagsAreRefusedWithoutTheirValue(_ arguments: [String], _ reason: String) {
    let error = #expect(throws: ServiceError.self) { try settings([:], arguments) }
    #expect(error?.code == .configuration && error?.reason == reason)
  }

  @Test(arguments: ["SAMPLE_PORT", "SAMPLE_PASSWORD"])
  func errorNamesTheSettingAndNeverItsValue(_ name: String) {
    let error = #expect(throws: ServiceError.self) { try settings([name: "s3cret"]) }
    #expect(error?.reason.hasPrefix("\(name): expected ") == true)
    #expect(error?.reason.contains("s3cret") == false)
  }

  @Test func unknownVariablesWithThePrefixAreReported() throws {
    var settings = SampleSettings(isDevelopment: false)
    let unknown = try settings.read([
      "SAMPLE_PROT": "1", "SAMPLE_A": "", "SAMPLE_PORT": "1", "OTHER": "1",
    ])
    #expect(unknown == ["SAMPLE_A", "SAMPLE_PROT"])
  }

  @Test func settingIsFoundByVariableAndByEachFlag() {
    for name in ["SAMPLE_PORT", "--port", "--p"] {
      #expect(SampleSettings.table.setting(name)?.name == "SAMPLE_PORT")
    }
    #expect(SampleSettings.table.setting("port") == nil)
  }

  @Test func helpAndDocumentationListEverySetting() {
    #expect(
      SampleSettings.table.help == """
          --p, --port <number>  SAMPLE_PORT
              Port to listen on.
          --name-list <names>  SAMPLE_NAME_LIST
              Names, separated by commas.
          --password <password>  SAMPLE_PASSWORD
              The password.
          --verbose <flag>  SAMPLE_VERBOSE
              Whether to say more.
        """
    )
    #expect(
      SampleSettings.table.markdown == """
        | setting | flag | |
        |---|---|---|
        | `SAMPLE_PORT` | `--p`, `--port` | Port to listen on. |
        | `SAMPLE_NAME_LIST` | `--name-list` | Names, separated by commas. |
        | `SAMPLE_PASSWORD` | `--password` | The password. |
        | `SAMPLE_VERBOSE` | `--verbose` | Whether to say more. |

        """
    )
  }

  @Test(arguments: [
    ("true", true), ("1", true), ("YES", true), ("on", true), ("false", false), ("0", false),
    ("No", false), ("off", false),
  ])
  func booleanHasTheUsualSpellings(_ text: String, _ value: Bool) throws {
    #expect(try SettingValue.flag(text) == value)
  }

  @Test func otherNamesAreReadIfTheNameIsAbsentAndAreKnown() throws {
    struct Settings: ServiceSettings {
      var host = ""

      init(isDevelopment: Bool) {}

      static let table = SettingsTable<Settings>(
        prefix: "SAMPLE_",
        [
          Setting(
            "SAMPLE_HOST",
            "name",
            "The host.",
            aliases: ["SAMPLE_SERVER", "HOST"],
            flag: "server-name"
          ) { (text, settings) throws(ServiceError) in settings.host = text }
        ]
      )

      func finished() throws(ServiceError) -> Settings { self }
    }
    func host(_ environment: [String: String]) throws -> String {
      var settings = Settings(isDevelopment: false)
      #expect(try settings.read(environment).isEmpty)
      return settings.host
    }
    #expect(try host(["SAMPLE_SERVER": "a"]) == "a")
    #expect(try host(["HOST": "b", "SAMPLE_HOST": ""]) == "b")
    #expect(try host(["SAMPLE_HOST": "c", "SAMPLE_SERVER": "a"]) == "c")
    #expect(Settings.table.setting("--server-name")?.name == "SAMPLE_HOST")
    #expect(Settings.table.setting("--host") == nil)
    #expect(Settings.table.setting("HOST")?.name == "SAMPLE_HOST")
    #expect(Settings.table.markdown.contains("| `SAMPLE_HOST`, `SAMPLE_SERVER`, `HOST` |"))
    #expect(Settings.table.help.contains("--server-name <name>  SAMPLE_HOST, SAMPLE_SERVER, HOST"))
  }

  @Test func valuesOfTheWrongFormAreRefused() {
    #expect(throws: ServiceError(.configuration, "")) { try SettingValue.flag("perhaps") }
    #expect(throws: ServiceError(.configuration, "")) { try SettingValue.number("11", 1...10) }
    #expect(throws: ServiceError(.configuration, "")) { try SettingValue.port("65536") }
    #expect(throws: ServiceError(.configuration, "")) { try SettingValue.did("x") }
    #expect(throws: ServiceError(.configuration, "")) { try SettingValue.link("ftp://a.com") }
    for url in ["a.com", "https://a.com/path", "ftp://a.com"] {
      #expect(throws: ServiceError(.configuration, "")) { try SettingValue.baseURL(url) }
    }
  }
}
