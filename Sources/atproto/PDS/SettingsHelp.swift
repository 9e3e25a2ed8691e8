import ArgumentParser
import ServiceKit

/// The flags of a service's settings, all of them from its table.
enum SettingsHelp {
  /// Applies flags with their values: `--port 0` or `--port=0`.
  static func apply<Settings: ServiceSettings>(
    _ arguments: [String],
    to settings: inout Settings
  ) throws {
    do {
      try settings.take(Settings.table.flags(arguments))
    } catch {
      throw ValidationError(error.reason)
    }
  }
}
