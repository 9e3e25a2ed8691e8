/// The reason why the scenario ended early: the step, and the result instead of the expected one.
struct ScenarioFailure: Error, CustomStringConvertible {
  var step: String
  var reason: String

  var description: String { "\(step): \(reason)" }
}
