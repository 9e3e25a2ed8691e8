import ArgumentParser
import ServiceKit

/// The settings of a service as options of a command, generated from the settings table.
enum SettingsFlags {
  /// Applies options with their values: `--port 0` or `--port=0`.
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
