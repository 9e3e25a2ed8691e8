/// Why a command could not be carried out, where no server is to blame.
struct ClientFailure: Error, CustomStringConvertible {
  var reason: String
  /// A line each.
  var details: [String] = []

  var description: String { ([reason] + details).joined(separator: "\n") }
}
