import ATProtoData
import ATProtoSyntax
import ToolsOzoneAPI

extension FormatString<Datetime> {
  /// - Parameter time: milliseconds since 1970, not negative.
  init(at time: Int) {
    self.init(LabelTime.text(min(max(0, time), LabelTime.maximum)))
  }
}

extension ToolsOzone.Moderation.Defs.ModEventView {
  init(_ event: ModerationEvent) throws {
    self.init(
      id: event.id,
      event: try Event(cbor: event.body),
      subject: Subject(event.subject),
      subjectBlobCids: event.subject.blobs,
      createdBy: FormatString(event.createdBy),
      createdAt: FormatString(at: event.createdAt),
      modTool: event.modTool.map { ToolsOzone.Moderation.Defs.ModTool($0) }
    )
  }
}

extension ToolsOzone.Moderation.Defs.ModTool {
  init(_ tool: Labeler.ModTool) {
    self.init(name: tool.name, meta: tool.meta)
  }
}

extension ModTool {
  init(_ tool: ToolsOzone.Moderation.Defs.ModTool) {
    self.init(name: tool.name, meta: tool.meta)
  }
}
