public import ATProtoData
package import Lexicon

extension SampleGenerator {
  /// Generates a valid value that reads like real data: people of a small cast, whose DIDs, handles,
  /// and names belong together, sentences, recent timestamps, and URIs of records that could exist.
  ///
  /// Optional byte strings and unknown fields are left out.
  public mutating func realistic(_ subject: SampleSubject) throws(SampleError) -> DataValue {
    try realistic(subject, in: SampleScene())
  }

  /// Generates a realistic value that fits a scene.
  package mutating func realistic(
    _ subject: SampleSubject,
    in scene: SampleScene
  ) throws(SampleError) -> DataValue {
    try sampler.realistic(subject, scene)
  }

  /// Generates a realistic value of a schema without a name, such as the items of an array.
  ///
  /// - Parameter name: the name of the property that has the schema.
  /// - Returns: nil if no value within the limits satisfies the schema.
  package mutating func realistic(
    _ schema: Schema,
    named name: String,
    in scene: SampleScene
  ) -> DataValue? {
    sampler.realistic(SubjectSchema(schema), named: name, scene)
  }

  /// The same generator with another seed.
  package func seeded(_ seed: UInt64) -> SampleGenerator {
    var generator = self
    generator.sampler.random = SeededGenerator(seed: seed)
    return generator
  }
}
