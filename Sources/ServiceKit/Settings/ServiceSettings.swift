/// The settings of a service while they are read one by one from the environment and from flags.
public protocol ServiceSettings: Sendable {
  associatedtype Configuration: Sendable

  static var table: SettingsTable<Self> { get }

  /// Creates the default settings.
  ///
  /// - Parameter isDevelopment: whether to use the defaults of a development server on this
  ///   machine.
  init(isDevelopment: Bool)

  /// Checks that required settings are present and consistent.
  ///
  /// - Throws: ``ServiceError`` with ``ServiceError/Code/configuration``.
  func finished() throws(ServiceError) -> Configuration
}

extension ServiceSettings {
  /// Sets one value.
  ///
  /// - Throws: ``ServiceError`` with ``ServiceError/Code/configuration``, which names the setting
  ///   but never contains its value: the value may be a misplaced secret, or a URL with one.
  public mutating func set(_ setting: Setting<Self>, _ text: String) throws(ServiceError) {
    do throws(ServiceError) {
      try setting.apply(text, &self)
    } catch {
      throw ServiceError(error.code, "\(setting.name): \(error.reason)")
    }
  }

  /// Reads environment variables; empty values count as absent.
  ///
  /// - Returns: the names of unknown settings, for a warning.
  public mutating func read(_ environment: [String: String]) throws(ServiceError) -> [String] {
    for setting in Self.table.settings {
      guard
        let text = setting.names.lazy.compactMap({ environment[$0] }).first(where: { !$0.isEmpty })
      else { continue }
      try set(setting, text)
    }
    return Self.table.unknownNames(in: environment)
  }

  /// Applies flags, which replace what was read before. Repeated flags of a list setting form one
  /// list.
  public mutating func take(
    _ flags: [(setting: Setting<Self>, text: String)]
  ) throws(ServiceError) {
    var lists: [String: String] = [:]
    for (setting, text) in flags {
      var text = text
      if setting.isList {
        if let before = lists[setting.name] { text = "\(before),\(text)" }
        lists[setting.name] = text
      }
      try set(setting, text)
    }
  }
}
