import ArgumentParser
import Foundation
import Logging
import ServiceKit

/// The settings of a service from the environment and from options, which take precedence.
struct GivenSettings<Settings: ServiceSettings> {
  let configuration: Settings.Configuration
  let settings: Settings
  private let unknown: [String]

  init(isDevelopment: Bool, _ arguments: [String]) throws {
    var settings = Settings(isDevelopment: isDevelopment)
    do throws(ServiceError) {
      unknown = try settings.read(ProcessInfo.processInfo.environment)
    } catch {
      throw CommandError(reason: error.reason, exitCode: .validationFailure)
    }
    try SettingsFlags.apply(arguments, to: &settings)
    do throws(ServiceError) {
      configuration = try settings.finished()
      self.settings = settings
    } catch {
      throw CommandError(reason: error.reason, exitCode: .validationFailure)
    }
  }

  /// Warns about environment variables that look like settings but are not.
  ///
  /// - Parameter known: variables of other commands.
  func warnAboutUnknown(_ logger: Logger, except known: Set<String> = []) {
    for name in unknown where !known.contains(name) {
      logger.warning("unknown setting", metadata: ["name": "\(name)"])
    }
  }
}
