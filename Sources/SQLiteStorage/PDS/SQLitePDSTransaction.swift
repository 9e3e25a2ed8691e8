import GRDB
import PDS
import ServiceKit

final class SQLitePDSTransaction: PDSTransaction {
  private let db: Database
  private let events: SQLiteEventLog

  /// - Parameter sequenceFloor: new events have greater sequence numbers.
  init(_ db: Database, sequenceFloor: Int) {
    self.db = db
    events = SQLiteEventLog(db, floor: sequenceFloor)
  }

  /// Whether this transaction appended events.
  var appendsEvents: Bool { events.hasAppended }

  var accounts: any AccountStore { SQLiteAccounts(db: db) }
  var refreshTokens: any RefreshTokenStore { SQLiteRefreshTokens(db: db) }
  var appPasswords: any AppPasswordStore { SQLiteAppPasswords(db: db) }
  var mailTokens: any MailTokenStore { SQLiteMailTokens(db: db) }
  var invites: any InviteStore { SQLiteInvites(db: db) }
  var takedowns: any TakedownStore { SQLiteTakedowns(db: db) }
  var secrets: any SecretStore { SQLiteSecrets(db: db) }
  var repositories: any RepositoryStore { SQLiteRepositories(db: db) }
  var blobs: any BlobIndex { SQLiteBlobs(db: db) }
  var preferences: any PreferenceStore { SQLitePreferences(db: db) }
  var oauth: any OAuthStore { SQLiteOAuth(db: db) }
  var sequence: any EventLogStore { events }
}
