using NodaTime;

namespace Facilities.Grains.Kernel;

/// <summary>Every limit of the product, with its reason.</summary>
public static partial class Limits
{
    /// <summary>Events between two snapshots of a stream: replay of so many takes about a millisecond.</summary>
    public const int SnapshotEvery = 100;

    /// <summary>
    /// Things in a snapshot, such as bookings, for each event since the last one: with more they would be written over
    /// and over, with fewer there are more events to replay at activation.
    /// </summary>
    public const int ThingsPerEventKept = 2;

    /// <summary>How long a hold lasts that nobody has signed for yet: long enough to read a contract.</summary>
    public static readonly Duration Hold = Duration.FromMinutes(30);

    /// <summary>How long before its slot a company may check in: time to arrive, and no promise for tomorrow.</summary>
    public static readonly Duration CheckInBefore = Duration.FromHours(1);

    /// <summary>How long a contract may wait for signatures, in calendar days of the first platform.</summary>
    public const int SignatureDays = 7;

    /// <summary>How long an approval may wait, in working days (Monday to Friday) of the platform.</summary>
    public const int ApprovalWorkingDays = 3;

    /// <summary>
    /// How long what was prepared for a company waits for its signature, in working days: nobody there sat waiting.
    /// </summary>
    public const int PreparedWorkingDays = 3;

    /// <summary>
    /// Live holds that one facility or cluster may have prepared for one account: a campaign, and no flood. They take
    /// nothing of the account's own.
    /// </summary>
    public const int PreparedHoldsPerPreparer = 5;

    /// <summary>How long the payment of the account's share may wait, in calendar days of the first platform.</summary>
    public const int PaymentDays = 7;

    /// <summary>
    /// How long a direct debit may take before its slot is no longer held, in working days of the first platform:
    /// banks answer within five, and a few more for holidays.
    /// </summary>
    public const int DebitWorkingDays = 10;

    /// <summary>
    /// How long another payment may be tried after a debit came to nothing, in calendar days of the first platform:
    /// its bank may say so when the deadline is long over.
    /// </summary>
    public const int PaymentRetryDays = 2;

    /// <summary>How long the page of a payment provider is open at the least, by the provider's rules.</summary>
    public static readonly Duration PaymentPageMin = Duration.FromMinutes(35);

    /// <summary>How long the page of a payment provider is open at the most, by the provider's rules.</summary>
    public static readonly Duration PaymentPageMax = Duration.FromMinutes((23 * 60) + 50);

    /// <summary>Attempts to pay of one booking: whoever needs more has another trouble.</summary>
    public const int PaymentAttempts = 30;

    /// <summary>Calendar days to give back what was credited: as long as invoices have to be paid.</summary>
    public const int CreditDays = 30;

    /// <summary>Working days after delivery until it is deemed accepted, as the contract says.</summary>
    public const int AcceptanceWorkingDays = 10;

    /// <summary>
    /// How long a quote's price is honoured: a working day to decide, short enough that vouchers rarely change
    /// meanwhile.
    /// </summary>
    public static readonly Duration Quote = Duration.FromHours(24);

    /// <summary>
    /// Live holds of one account: enough for a campaign across clusters, too few to empty a calendar.
    /// </summary>
    public const int LiveHoldsPerAccount = 40;

    /// <summary>Items in one quote, dates of series included: every week of a year and some to spare.</summary>
    public const int ItemsPerQuote = 60;

    /// <summary>How far a series is looked ahead: farther than any service can be booked.</summary>
    public const int SeriesYears = 5;

    /// <summary>Options of one item.</summary>
    public const int OptionsPerItem = 50;

    /// <summary>The largest quantity of an option: bounds a price to what a cent amount holds.</summary>
    public const int OptionQuantity = 10_000;

    /// <summary>The longest free text (purpose, note, reason) in characters: a page.</summary>
    public const int TextLength = 4_000;

    /// <summary>Days of slots in one answer: a year, and the day after a leap year.</summary>
    public const int SlotDays = 366;

    /// <summary>
    /// Services that one search asks of their platforms, where the index of free time cannot tell: more would keep the
    /// others waiting.
    /// </summary>
    public const int ServicesAsked = 500;

    /// <summary>
    /// How long an interrupted process waits before it is taken up again: longer than any step takes.
    /// </summary>
    public static readonly Duration Resume = Duration.FromSeconds(15);

    /// <summary>How long a released claim on a slot or voucher bars late messages of the same booking.</summary>
    public static readonly Duration Barred = Duration.FromDays(2);

    /// <summary>
    /// How long an ended booking stays in a calendar's memory after its slot: for late deliveries and corrections.
    /// </summary>
    public static readonly Duration PastSlots = Duration.FromDays(31);

    /// <summary>
    /// How long a platform remembers which number an invoice took: for a booking that was interrupted before it noted
    /// the number. The invoices themselves are kept for good.
    /// </summary>
    public static readonly Duration Invoiced = Duration.FromDays(60);

    /// <summary>How often an undertaking may have become part of another until a register is found.</summary>
    public const int UndertakingHops = 10;

    /// <summary>Days for the answer to a question about a claim, where the officer names none: two weeks.</summary>
    public const int ClaimAnswerDays = 14;

    /// <summary>The longest time for such an answer in days: no provider waits longer for its money.</summary>
    public const int ClaimAnswerDaysMax = 60;

    /// <summary>How far back a calendar feed goes, and how long it shows a confirmed booking as cancelled.</summary>
    public static readonly Duration FeedPast = Duration.FromDays(60);

    /// <summary>
    /// How long a feed shows as cancelled what was never confirmed: longer than any program waits to ask again.
    /// </summary>
    public static readonly Duration FeedEnded = Duration.FromDays(2);

    /// <summary>How often calendar programs are told to ask again.</summary>
    public static readonly Duration FeedRefresh = Duration.FromHours(1);

    /// <summary>Bookings in one feed: those of the busiest platform in two months and what lies ahead.</summary>
    public const int FeedBookings = 20_000;

    /// <summary>Feeds of one person: one for each device and colleague; more is a program gone wild.</summary>
    public const int FeedsPerPerson = 100;

    /// <summary>The longest name of a feed in characters: a calendar program shows a line.</summary>
    public const int FeedName = 100;

    /// <summary>Alternatives offered with a slot that is taken.</summary>
    public const int Alternatives = 5;

    /// <summary>
    /// How long time that became free is kept for the first on the waitlist: a night's sleep, and no day lost for the
    /// next one.
    /// </summary>
    public static readonly Duration Offer = Duration.FromHours(12);

    /// <summary>The shortest offer: time to read it and to ask for a price. Less is left to everybody.</summary>
    public static readonly Duration OfferLeast = Duration.FromMinutes(30);

    /// <summary>Wishes on the waitlist of one platform: all of them are asked when its hours change.</summary>
    public const int WaitlistEntries = 200;

    /// <summary>Wishes of one account on the waitlist of one platform: enough to plan, too few to crowd it.</summary>
    public const int WaitlistPerAccount = 10;

    /// <summary>Days from the first to the last start of one wish: a month.</summary>
    public const int WaitlistDays = 31;

    /// <summary>Characters of an account holder's name: as many as a file of payments has for one.</summary>
    public const int BankNameLength = 70;

    /// <summary>Octets of a bank's statement: a month of a busy account.</summary>
    public const int StatementBytes = 10_000_000;

    /// <summary>Transactions of a bank's statement that is taken in at once.</summary>
    public const int StatementEntries = 20_000;

    /// <summary>Rows in one page of a list.</summary>
    public const int PageMax = 200;

    /// <summary>The longest recurrence rule in characters: every part with a list that people still read.</summary>
    public const int RecurrenceRuleLength = 1_000;

    /// <summary>The largest INTERVAL of a recurrence rule: by minutes, once in two years.</summary>
    public const int RecurrenceInterval = 1_051_200;

    /// <summary>
    /// Occurrences of one rule in one expansion, and the largest COUNT: hourly for more than five years, or daily for
    /// more than a century.
    /// </summary>
    public const int Occurrences = 50_000;

    /// <summary>
    /// Days, hours and minutes that one expansion looks at: 2,700 years of days, a second at the most. What needs more
    /// hardly ever occurs.
    /// </summary>
    public const int RecurrenceSteps = 1_000_000;

    /// <summary>Openings on one day by one rule: every half an hour, so that a year of them is soon listed.</summary>
    public const int OpeningsPerDay = 48;

    /// <summary>
    /// Planned closures of a platform that are not over: each question for slots asks every one of them.
    /// </summary>
    public const int PlannedClosures = 200;

    /// <summary>Holidays on which a platform is open all the same: five years of every one.</summary>
    public const int OpenHolidays = 75;

    /// <summary>Bookings inside a closure that are shown with offers: as many as anybody moves in a day.</summary>
    public const int CollisionOffers = 100;

    /// <summary>
    /// Octets of a calendar that is imported: many years of a busy instrument's, descriptions included.
    /// </summary>
    public const int CalendarBytes = 20_000_000;

    /// <summary>Events of a calendar that is imported: fifteen a day for more than three years.</summary>
    public const int CalendarEvents = 20_000;

    /// <summary>Octets of one line of a calendar, unfolded: a long description; only attachments have more.</summary>
    public const int CalendarLine = 100_000;

    /// <summary>How many days of a calendar are read at once: two years, as far as anything can be booked.</summary>
    public const int CalendarHorizonDays = 732;

    /// <summary>Busy times of one calendar within those days: more than a hundred a day.</summary>
    public const int CalendarTimes = 100_000;

    /// <summary>Calendars that make a platform busy: one for each instrument of a large core facility.</summary>
    public const int PlatformCalendars = 40;

    /// <summary>Busy times of all imported calendars of a platform, joined where they touch: forty a day.</summary>
    public const int ImportedTimes = 30_000;

    /// <summary>Busy times in one event, so that no row of the log is huge.</summary>
    public const int ImportedTimesPerEvent = 1_000;

    /// <summary>The longest name of a calendar in characters.</summary>
    public const int CalendarName = 100;

    /// <summary>
    /// Days, hours and minutes that reading one calendar looks at: six thousand daily series of two years.
    /// </summary>
    public const int CalendarSteps = 5_000_000;

    /// <summary>Lines of a file of values that is imported: every award of a large programme.</summary>
    public const int CsvRows = 100_000;

    /// <summary>Octets of such a file: three hundred for each line.</summary>
    public const int CsvBytes = 30_000_000;
}
