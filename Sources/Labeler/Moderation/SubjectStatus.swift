package import ATProtoSyntax

/// What is known about a subject: the sum of its events. Times are milliseconds since 1970.
package struct SubjectStatus: Hashable, Sendable {
  /// Assigned when it is stored for the first time; 0 before.
  package var id: Int
  package var subject: Subject
  package var review: Review
  package var reports: Reports
  /// Nil unless the subject is taken down.
  package var takedown: Takedown?
  package var mutes: Mutes
  /// From 0 to 100.
  package var priority: Int
  /// The newest sticky comment.
  package var comment: String?
  /// In the order of their names.
  package var tags: [SubjectTag]
  package var createdAt: Int
  package var updatedAt: Int

  package init(_ subject: Subject, createdAt: Int) {
    id = 0
    self.subject = subject
    review = Review()
    reports = Reports()
    mutes = Mutes()
    priority = 0
    tags = []
    self.createdAt = createdAt
    updatedAt = createdAt
  }
}

extension SubjectStatus {
  /// Raw values are stored.
  package enum ReviewState: Int, CaseIterable, Sendable {
    case none, open, escalated, closed

    /// Whether a moderator has to look at the subject.
    package var isPending: Bool { self == .open || self == .escalated }
  }

  package struct Review: Hashable, Sendable {
    package var state = ReviewState.none
    package var at: Int?
    package var by: DID?

    package init(state: ReviewState = .none, at: Int? = nil, by: DID? = nil) {
      self.state = state
      self.at = at
      self.by = by
    }
  }

  package struct Reports: Hashable, Sendable {
    /// The time of the newest report.
    package var at: Int?
    /// Whether an appeal waits for an answer.
    package var isAppealed = false
    /// The time of the newest appeal.
    package var appealedAt: Int?

    package init(at: Int? = nil, isAppealed: Bool = false, appealedAt: Int? = nil) {
      self.at = at
      self.isAppealed = isAppealed
      self.appealedAt = appealedAt
    }
  }

  package struct Takedown: Hashable, Sendable {
    /// The event that took the subject down.
    package var event: Int
    /// When a suspension ends; nil for a takedown without an end.
    package var until: Int?

    package init(event: Int, until: Int? = nil) {
      self.event = event
      self.until = until
    }
  }

  package struct Mutes: Hashable, Sendable {
    /// Until then the subject is not in the queue.
    package var subjectUntil: Int?
    /// Until then reports of the account do not open reviews.
    package var reporterUntil: Int?

    package init(subjectUntil: Int? = nil, reporterUntil: Int? = nil) {
      self.subjectUntil = subjectUntil
      self.reporterUntil = reporterUntil
    }
  }
}

package struct SubjectTag: Hashable, Sendable {
  package var name: String
  /// When the tag is removed; nil to keep it.
  package var expiresAt: Int?

  package init(_ name: String, expiresAt: Int? = nil) {
    self.name = name
    self.expiresAt = expiresAt
  }
}
