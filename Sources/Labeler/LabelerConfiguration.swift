/// The configuration of a labeler.
public struct LabelerConfiguration: Sendable {}
