/// All settings of a service. Environment variables, flags, help, documentation, and warnings about
/// unknown names all come from this table.
public struct SettingsTable<Settings>: Sendable {
  /// The prefix of the names: `PDS_`. Names without it are possible, but if they are misspelled, no
  /// warning says so.
  public let prefix: String
  /// The settings, in the order in which help and documentation show them.
  public let settings: [Setting<Settings>]

  /// - Parameter settings: the settings in the order in which help and documentation show them.
  public init(prefix: String, _ settings: [Setting<Settings>]) {
    self.prefix = prefix
    self.settings = settings
  }

  /// The setting with the given variable name or flag; nil if it is unknown.
  public func setting(_ name: String) -> Setting<Settings>? {
    settings.first { $0.name == name || $0.aliases.contains(name) || $0.flags.contains(name) }
  }

  /// The names in `environment` that have the prefix but are not settings, sorted, for a warning.
  public func unknownNames(in environment: [String: String]) -> [String] {
    let known = Set(settings.flatMap(\.names))
    return environment.keys.filter { $0.hasPrefix(prefix) && !known.contains($0) }.sorted()
  }

  /// The section of `--help`: two lines for each setting.
  public var help: String {
    settings.map { setting in
      let flags = setting.flags.joined(separator: ", ")
      let names = ([setting.name] + setting.aliases).joined(separator: ", ")
      return "  \(flags) <\(setting.value)>  \(names)\n      \(setting.summary)"
    }.joined(separator: "\n")
  }

  /// The table of the documentation, in Markdown.
  public var markdown: String {
    let rows = settings.map { setting in
      let flags = setting.flags.map { "`\($0)`" }.joined(separator: ", ")
      let names = ([setting.name] + setting.aliases).map { "`\($0)`" }.joined(separator: ", ")
      return "| \(names) | \(flags) | \(setting.summary) |\n"
    }
    return "| setting | flag | |\n|---|---|---|\n" + rows.joined()
  }

  /// Reads flags with their values: `--port 0` or `--port=0`. A switch needs no value: `--verbose`.
  ///
  /// - Throws: ``ServiceError`` with ``ServiceError/Code/configuration`` for an unknown flag, a flag
  ///   without a value, or any other argument. The error never contains a value.
  public func flags(
    _ arguments: [String]
  ) throws(ServiceError) -> [(setting: Setting<Settings>, text: String)] {
    var rest = arguments[...]
    var flags: [(setting: Setting<Settings>, text: String)] = []
    while let argument = rest.popFirst() {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let flag = String(parts[0])
      guard flag.hasPrefix("-") else {
        throw ServiceError(
          .configuration,
          "unexpected argument; each setting is a flag, see --help"
        )
      }
      guard let setting = setting(flag) else {
        throw ServiceError(.configuration, "unknown option '\(flag)'; see --help")
      }
      if setting.isSwitch, parts.count == 1, rest.first?.hasPrefix("-") ?? true {
        flags.append((setting, "true"))
        continue
      }
      guard let value = parts.count > 1 ? String(parts[1]) : rest.popFirst() else {
        throw ServiceError(.configuration, "missing value for '\(flag) <\(setting.value)>'")
      }
      flags.append((setting, value))
    }
    return flags
  }
}
