import ArgumentParser
import PDS

/// The settings of a PDS as options of a command, generated from the table of settings.
enum SettingsFlags {
  /// The help of all settings.
  static var text: String {
    PDSSettings.all.map { setting in
      let flags = setting.flags.joined(separator: ", ")
      return "  \(flags) <\(setting.value)>  \(setting.name)\n      \(setting.summary)"
    }.joined(separator: "\n")
  }

  /// Applies options with their values: `--port 0` or `--port=0`.
  static func apply(_ arguments: [String], to settings: inout PDSSettings) throws {
    var rest = arguments[...]
    var flags: [(setting: PDSSetting, text: String)] = []
    while let argument = rest.popFirst() {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let flag = String(parts[0])
      guard flag.hasPrefix("--"), let setting = PDSSettings.setting(flag) else {
        throw ValidationError("unknown \(flag.hasPrefix("-") ? "option" : "argument") '\(flag)'")
      }
      guard let value = parts.count > 1 ? String(parts[1]) : rest.popFirst() else {
        throw ValidationError("missing value for \(flag) <\(setting.value)>")
      }
      flags.append((setting, value))
    }
    do {
      try settings.take(flags)
    } catch {
      throw ValidationError(error.reason)
    }
  }
}
