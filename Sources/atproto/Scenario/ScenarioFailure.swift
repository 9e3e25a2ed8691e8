/// Why the scenario ended: the step, and what was found instead of what was expected.
struct ScenarioFailure: Error, CustomStringConvertible {
  var step: String
  var reason: String

  var description: String { "\(step): \(reason)" }
}
