/// What a realistic sample has to fit.
package struct SampleScene: Sendable {
  /// Values for the first property with a name in the sample, if they are valid there: `did`,
  /// `handle`, `uri`.
  package var given: [String: String] = [:]
  /// Added to the numbers of people and texts, so that the entries of a list differ.
  package var position = 0
  /// The collection of the records in data without a schema.
  package var collection: String?

  /// Creates a scene.
  package init(given: [String: String] = [:], position: Int = 0, collection: String? = nil) {
    self.given = given
    self.position = position
    self.collection = collection
  }
}
