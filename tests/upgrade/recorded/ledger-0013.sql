BEGIN TRANSACTION;
CREATE TABLE absences (
	id INTEGER NOT NULL, 
	date VARCHAR(10) NOT NULL, 
	doctor INTEGER, 
	starts VARCHAR(5), 
	ends VARCHAR(5), 
	remedy VARCHAR NOT NULL, 
	move_to VARCHAR(10), 
	substitute INTEGER, 
	agreed_with VARCHAR NOT NULL, 
	announced_at_ms BIGINT NOT NULL, 
	announced_by VARCHAR NOT NULL, 
	stopped_reception BOOLEAN DEFAULT false NOT NULL, 
	undone_at_ms BIGINT, 
	CONSTRAINT pk_absences PRIMARY KEY (id), 
	CONSTRAINT ck_absences_remedy CHECK (remedy IN ('cancel', 'move', 'substitute')), 
	CONSTRAINT ck_absences_move_to CHECK ((remedy = 'move') = (move_to IS NOT NULL)), 
	CONSTRAINT ck_absences_substitute CHECK ((remedy = 'substitute') = (substitute IS NOT NULL)), 
	CONSTRAINT ck_absences_doctor CHECK (substitute IS NULL OR doctor IS NOT NULL), 
	CONSTRAINT ck_absences_in_order CHECK (undone_at_ms >= announced_at_ms)
);
INSERT INTO "absences" VALUES(1,'2026-11-24',1,NULL,NULL,'cancel',NULL,NULL,'Dr A',1795324200000,'operator',0,NULL);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0013');
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	at_ms BIGINT NOT NULL, 
	sequence BIGINT NOT NULL, 
	who VARCHAR NOT NULL, 
	what VARCHAR NOT NULL, 
	why VARCHAR DEFAULT '' NOT NULL, 
	service_day INTEGER, 
	number INTEGER, 
	point VARCHAR, 
	details JSON, 
	CONSTRAINT pk_audit PRIMARY KEY (id)
);
INSERT INTO "audit" VALUES(1,1795318200000,1,'operator','site_loaded','',NULL,NULL,NULL,'{"sha256":"27326acda85e305ba524a8bad456a0dc3aea564af2c11cceefd2f6fc15fd7716","changes":["the first site file: 3 departments, 3 doctors, 4 points, 7 devices"]}');
INSERT INTO "audit" VALUES(2,1795318200000,2,'operator','day_opened','',1,NULL,NULL,NULL);
INSERT INTO "audit" VALUES(3,1795318200000,3,'operator','site_loaded','',NULL,NULL,NULL,'{"sha256":"77cfedb2e87332045139296306802e40b23cc92f3e1a016affbe2c72a1b87908","changes":["device phone-1: new","booking, open_for_one_mobile: 8 is now 3","booking, same_doctor_in_a_day: 4 is now 2","texts, templates, booked: nothing is now کد {code} {weekday} {date} {clinic}","texts, templates, again: nothing is now باز هم {code}","texts, templates, reminder: nothing is now فردا {code}","texts, templates, cancelled: nothing is now لغو {date}","texts, quiet: nothing is now (starts 22:00, until 07:00)","texts, reminder_at: nothing is now 18:00","texts, again_a_day: 3 is now 2"]}');
INSERT INTO "audit" VALUES(4,1795318200000,4,'operator','booked','',NULL,NULL,NULL,'{"booking":1,"date":"2026-11-22","place":1}');
INSERT INTO "audit" VALUES(5,1795318260000,5,'operator','booked','',NULL,NULL,NULL,'{"booking":2,"date":"2026-11-24","place":1}');
INSERT INTO "audit" VALUES(6,1795318320000,6,'operator','booked','',NULL,NULL,NULL,'{"booking":3,"date":"2026-11-22","place":1}');
INSERT INTO "audit" VALUES(7,1795318380000,7,'operator','booking_cancelled','asked for it',NULL,NULL,NULL,'{"booking":3,"date":"2026-11-22"}');
INSERT INTO "audit" VALUES(8,1795318440000,8,'operator','booked','',NULL,NULL,NULL,'{"booking":4,"date":"2026-11-22","place":1}');
INSERT INTO "audit" VALUES(9,1795321200000,9,'kiosk-1','ticket_given','',1,100,NULL,NULL);
INSERT INTO "audit" VALUES(10,1795321260000,11,'kiosk-1','ticket_again','',1,100,NULL,NULL);
INSERT INTO "audit" VALUES(11,1795321380000,13,'kiosk-1','ticket_given','',1,310,NULL,NULL);
INSERT INTO "audit" VALUES(12,1795321440000,15,'kiosk-2','ticket_given','',1,150,NULL,NULL);
INSERT INTO "audit" VALUES(13,1795321440000,16,'kiosk-2','ticket_void','',1,150,NULL,NULL);
INSERT INTO "audit" VALUES(14,1795321500000,17,'kiosk-2','ticket_given','',1,250,NULL,NULL);
INSERT INTO "audit" VALUES(15,1795321620000,20,'kiosk-1','help_asked','no_such_code',1,NULL,NULL,NULL);
INSERT INTO "audit" VALUES(16,1795321620000,20,'kiosk-1','ticket_given','',1,900,NULL,NULL);
INSERT INTO "audit" VALUES(17,1795322400000,22,'counter-1','call','booked',1,100,'counter-1',NULL);
INSERT INTO "audit" VALUES(18,1795322460000,23,'counter-1','recall','',1,100,'counter-1',NULL);
INSERT INTO "audit" VALUES(19,1795322520000,24,'counter-2','call','walk_in',1,310,'counter-2',NULL);
INSERT INTO "audit" VALUES(20,1795322580000,25,'counter-2','no_show','',1,310,'counter-2',NULL);
INSERT INTO "audit" VALUES(21,1795322580000,26,'counter-2','undo','no_show',1,310,'counter-2',NULL);
INSERT INTO "audit" VALUES(22,1795322700000,28,'counter-1','move_on','',1,100,'counter-1',NULL);
INSERT INTO "audit" VALUES(23,1795322700000,28,'counter-1','call','walk_in',1,250,'counter-1',NULL);
INSERT INTO "audit" VALUES(24,1795322760000,29,'counter-2','point_open','',1,NULL,'counter-2',NULL);
INSERT INTO "audit" VALUES(25,1795323000000,30,'operator','doctor_late','',NULL,NULL,NULL,'{"date":"2026-11-22","doctor":3,"until":"09:30"}');
INSERT INTO "audit" VALUES(26,1795324200000,34,'operator','absence_announced','Dr A',NULL,NULL,NULL,'{"absence":1,"doctor":1,"date":"2026-11-24","touched":1}');
INSERT INTO "audit" VALUES(27,1795324320000,36,'counter-1','move_on','',1,250,'counter-1',NULL);
INSERT INTO "audit" VALUES(28,1795324320000,36,'counter-1','call','help',1,900,'counter-1',NULL);
CREATE TABLE batches (
	id INTEGER NOT NULL, 
	made_at_ms BIGINT NOT NULL, 
	made_by VARCHAR NOT NULL, 
	rows INTEGER NOT NULL, 
	CONSTRAINT pk_batches PRIMARY KEY (id), 
	CONSTRAINT ck_batches_rows CHECK (rows >= 1)
);
CREATE TABLE "bookings" (
	id INTEGER NOT NULL, 
	code VARCHAR(8) NOT NULL, 
	session INTEGER NOT NULL, 
	place INTEGER NOT NULL, 
	time_ms BIGINT, 
	mobile VARCHAR(11), 
	state VARCHAR NOT NULL, 
	booked_at_ms BIGINT NOT NULL, 
	booked_by VARCHAR NOT NULL, 
	cancelled_at_ms BIGINT, 
	cancelled_why VARCHAR, 
	call VARCHAR, 
	held_until_ms BIGINT, 
	substitute INTEGER, 
	absence INTEGER, 
	CONSTRAINT pk_bookings PRIMARY KEY (id), 
	CONSTRAINT ck_bookings_code CHECK (length(code) = 8), 
	CONSTRAINT ck_bookings_state CHECK (state IN ('held', 'active', 'cancelled')), 
	CONSTRAINT fk_bookings_session FOREIGN KEY(session) REFERENCES sessions (id), 
	CONSTRAINT ck_bookings_held CHECK ((state = 'held') = (held_until_ms IS NOT NULL)), 
	CONSTRAINT ck_bookings_cancelled CHECK ((state = 'cancelled') = (cancelled_at_ms IS NOT NULL)), 
	CONSTRAINT uq_bookings_code UNIQUE (code), 
	CONSTRAINT ck_bookings_place CHECK (place >= 1), 
	CONSTRAINT ck_bookings_call CHECK (state <> 'held' OR call IS NOT NULL), 
	CONSTRAINT fk_bookings_absence FOREIGN KEY(absence) REFERENCES absences (id), 
	CONSTRAINT ck_bookings_absence CHECK (absence IS NULL OR state = 'cancelled')
);
INSERT INTO "bookings" VALUES(1,'22542578',2,1,NULL,'09121234567','active',1795318200000,'operator',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "bookings" VALUES(2,'95496566',5,1,NULL,'09121234567','cancelled',1795318260000,'operator',1795324200000,'absence',NULL,NULL,NULL,1);
INSERT INTO "bookings" VALUES(3,'10587562',4,1,NULL,'09120000000','cancelled',1795318320000,'operator',1795318380000,'asked for it',NULL,NULL,NULL,NULL);
INSERT INTO "bookings" VALUES(4,'42793481',1,1,NULL,'09121234567','active',1795318440000,'operator',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "bookings" VALUES(5,'19783479',3,1,NULL,NULL,'held',1795323720000,'phone-1',NULL,NULL,'call-2',1795323840000,NULL,NULL);
CREATE TABLE boots (
	device VARCHAR NOT NULL, 
	boot VARCHAR NOT NULL, 
	CONSTRAINT pk_boots PRIMARY KEY (device)
);
INSERT INTO "boots" VALUES('counter-1','boot-1');
INSERT INTO "boots" VALUES('counter-2','boot-1');
CREATE TABLE calls (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	epoch VARCHAR NOT NULL, 
	service_day INTEGER NOT NULL, 
	ticket INTEGER NOT NULL, 
	stop INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	point VARCHAR NOT NULL, 
	zone VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	why VARCHAR NOT NULL, 
	called_at_ms BIGINT NOT NULL, 
	urgent BOOLEAN DEFAULT false NOT NULL, 
	withdrawn BOOLEAN DEFAULT false NOT NULL, 
	CONSTRAINT ck_calls_kind CHECK (kind IN ('call', 'recall')), 
	CONSTRAINT fk_calls_epoch FOREIGN KEY(epoch) REFERENCES epochs (epoch), 
	CONSTRAINT fk_calls_service_day FOREIGN KEY(service_day) REFERENCES service_days (id), 
	CONSTRAINT fk_calls_stop FOREIGN KEY(stop) REFERENCES stops (id), 
	CONSTRAINT fk_calls_ticket FOREIGN KEY(ticket) REFERENCES tickets (id)
);
INSERT INTO "calls" VALUES(1,'1-706585ef',1,1,1,100,'counter-1','hall-1','call','booked',1795322400000,0,0);
INSERT INTO "calls" VALUES(2,'1-706585ef',1,1,1,100,'counter-1','hall-1','recall','recall',1795322460000,0,0);
INSERT INTO "calls" VALUES(3,'1-706585ef',1,2,2,310,'counter-2','hall-1','call','walk_in',1795322520000,0,0);
INSERT INTO "calls" VALUES(4,'1-706585ef',1,4,4,250,'counter-1','hall-1','call','walk_in',1795322700000,0,0);
INSERT INTO "calls" VALUES(5,'1-706585ef',1,5,5,900,'counter-1','hall-1','call','help',1795324320000,0,0);
CREATE TABLE case_people (
	case_id INTEGER NOT NULL, 
	person INTEGER NOT NULL, 
	relation VARCHAR NOT NULL, 
	sex VARCHAR NOT NULL, 
	nationality VARCHAR NOT NULL, 
	document VARCHAR, 
	disease VARCHAR, 
	age_band VARCHAR NOT NULL, 
	CONSTRAINT pk_case_people PRIMARY KEY (case_id, person), 
	CONSTRAINT ck_case_people_relation CHECK (relation IN ('head', 'spouse', 'child', 'parent', 'sibling', 'grandchild', 'ward', 'other')), 
	CONSTRAINT ck_case_people_sex CHECK (sex IN ('female', 'male')), 
	CONSTRAINT fk_case_people_case_id FOREIGN KEY(case_id) REFERENCES cases (id), 
	CONSTRAINT fk_case_people_person FOREIGN KEY(person) REFERENCES people (id)
);
CREATE TABLE "case_steps" (
	id INTEGER NOT NULL, 
	case_id INTEGER NOT NULL, 
	act VARCHAR NOT NULL, 
	who VARCHAR NOT NULL, 
	at_ms BIGINT NOT NULL, 
	was VARCHAR NOT NULL, 
	now VARCHAR NOT NULL, 
	recorded VARCHAR, 
	CONSTRAINT pk_case_steps PRIMARY KEY (id), 
	CONSTRAINT ck_case_steps_who CHECK (who <> ''), 
	CONSTRAINT ck_case_steps_act CHECK (act IN ('record', 'take_up', 'ask_papers', 'bring_papers', 'ask_department', 'hear_department', 'approve', 'refuse', 'review_again', 'issue', 'hand_over', 'duplicate', 'use', 'expire', 'replace')), 
	CONSTRAINT ck_case_steps_now CHECK (now IN ('requested', 'under_review', 'more_papers', 'at_department', 'approved', 'refused', 'letter_issued', 'handed_over', 'used', 'expired', 'replaced')), 
	CONSTRAINT ck_case_steps_was CHECK (was IN ('requested', 'under_review', 'more_papers', 'at_department', 'approved', 'refused', 'letter_issued', 'handed_over', 'used', 'expired', 'replaced')), 
	CONSTRAINT fk_case_steps_case_id FOREIGN KEY(case_id) REFERENCES cases (id), 
	CONSTRAINT ck_case_steps_recorded CHECK (recorded IN ('household', 'receipt', 'no_receipt', 'najva', 'answers', 'note', 'heard')), 
	CONSTRAINT ck_case_steps_recorded_act CHECK (recorded IS NULL OR act = 'record')
);
CREATE TABLE cases (
	id INTEGER NOT NULL, 
	household INTEGER NOT NULL, 
	matter VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	revision INTEGER DEFAULT 1 NOT NULL, 
	opened_at_ms BIGINT NOT NULL, 
	opened_by VARCHAR NOT NULL, 
	service_day INTEGER, 
	number INTEGER, 
	officer VARCHAR, 
	cycle INTEGER, 
	county VARCHAR DEFAULT '' NOT NULL, 
	vulnerable BOOLEAN DEFAULT false NOT NULL, 
	fee_rials BIGINT DEFAULT 0 NOT NULL, 
	fee_paid_at_ms BIGINT, 
	najva VARCHAR, 
	najva_on VARCHAR(10), 
	najva_by VARCHAR, 
	said JSON NOT NULL, 
	papers JSON NOT NULL, 
	refusal VARCHAR, 
	decided_at_ms BIGINT, 
	ended_at_ms BIGINT, 
	replaced_by INTEGER, 
	sealed TEXT, 
	CONSTRAINT pk_cases PRIMARY KEY (id), 
	CONSTRAINT ck_cases_refusal CHECK ((state = 'refused') = (refusal IS NOT NULL)), 
	CONSTRAINT ck_cases_replaced CHECK ((state = 'replaced') = (replaced_by IS NOT NULL)), 
	CONSTRAINT ck_cases_najva CHECK (najva IN ('confirmed', 'differs', 'not_found')), 
	CONSTRAINT ck_cases_state CHECK (state IN ('requested', 'under_review', 'more_papers', 'at_department', 'approved', 'refused', 'letter_issued', 'handed_over', 'used', 'expired', 'replaced')), 
	CONSTRAINT ck_cases_najva_whole CHECK ((najva IS NULL) = (najva_on IS NULL) AND (najva IS NULL) = (najva_by IS NULL)), 
	CONSTRAINT ck_cases_ticket CHECK ((service_day IS NULL) = (number IS NULL)), 
	CONSTRAINT ck_cases_in_order CHECK (decided_at_ms >= opened_at_ms AND ended_at_ms >= opened_at_ms), 
	CONSTRAINT ck_cases_fee CHECK (fee_rials >= 0), 
	CONSTRAINT ck_cases_revision CHECK (revision >= 1), 
	CONSTRAINT fk_cases_household FOREIGN KEY(household) REFERENCES households (id), 
	CONSTRAINT fk_cases_replaced_by FOREIGN KEY(replaced_by) REFERENCES cases (id), 
	CONSTRAINT fk_cases_service_day FOREIGN KEY(service_day) REFERENCES service_days (id)
);
CREATE TABLE epochs (
	epoch VARCHAR NOT NULL, 
	started_at_ms BIGINT NOT NULL, 
	first_sequence BIGINT NOT NULL, 
	last_sequence BIGINT, last_commit_ms BIGINT, 
	CONSTRAINT pk_epochs PRIMARY KEY (epoch), 
	CONSTRAINT ck_epochs_in_order CHECK (last_sequence >= first_sequence)
);
INSERT INTO "epochs" VALUES('1-706585ef',1795314600000,0,NULL,NULL);
CREATE TABLE households (
	id INTEGER NOT NULL, 
	sealed TEXT, 
	county VARCHAR DEFAULT '' NOT NULL, 
	vulnerable BOOLEAN DEFAULT false NOT NULL, 
	cover_until VARCHAR(10), 
	opened_at_ms BIGINT NOT NULL, 
	merged_into INTEGER, 
	erased_at_ms BIGINT, 
	CONSTRAINT pk_households PRIMARY KEY (id), 
	CONSTRAINT ck_households_erased CHECK ((erased_at_ms IS NULL) = (sealed IS NOT NULL)), 
	CONSTRAINT ck_households_merged_into CHECK (merged_into <> id), 
	CONSTRAINT fk_households_merged_into FOREIGN KEY(merged_into) REFERENCES households (id)
);
CREATE TABLE inquiries (
	id INTEGER NOT NULL, 
	case_id INTEGER NOT NULL, 
	person INTEGER NOT NULL, 
	way VARCHAR NOT NULL, 
	batch INTEGER, 
	asked_at_ms BIGINT NOT NULL, 
	asked_by VARCHAR NOT NULL, 
	answered_at_ms BIGINT, 
	answered_by VARCHAR, 
	result VARCHAR, 
	CONSTRAINT pk_inquiries PRIMARY KEY (id), 
	CONSTRAINT ck_inquiries_batch CHECK (batch IS NULL OR way = 'batch'), 
	CONSTRAINT ck_inquiries_result CHECK (result IN ('covered', 'not_covered', 'incomplete', 'not_found')), 
	CONSTRAINT ck_inquiries_way CHECK (way IN ('batch', 'paper', 'carried')), 
	CONSTRAINT ck_inquiries_answered CHECK ((result IS NULL) = (answered_at_ms IS NULL)), 
	CONSTRAINT ck_inquiries_in_order CHECK (answered_at_ms >= asked_at_ms), 
	CONSTRAINT fk_inquiries_batch FOREIGN KEY(batch) REFERENCES batches (id), 
	CONSTRAINT fk_inquiries_case_id FOREIGN KEY(case_id) REFERENCES cases (id), 
	CONSTRAINT fk_inquiries_person FOREIGN KEY(person) REFERENCES people (id)
);
CREATE TABLE late_doctors (
	date VARCHAR(10) NOT NULL, 
	doctor INTEGER NOT NULL, 
	until VARCHAR(5) NOT NULL, 
	CONSTRAINT pk_late_doctors PRIMARY KEY (date, doctor)
);
INSERT INTO "late_doctors" VALUES('2026-11-22',3,'09:30');
CREATE TABLE "ledger" (
	id INTEGER NOT NULL, 
	generation INTEGER NOT NULL, 
	sequence BIGINT NOT NULL, 
	last_commit_ms BIGINT NOT NULL, 
	settling_why VARCHAR, 
	lost_from_ms BIGINT, 
	lost_until_ms BIGINT, 
	went_on_ms BIGINT, 
	CONSTRAINT pk_ledger PRIMARY KEY (id), 
	CONSTRAINT ck_ledger_one_row CHECK (id = 1), 
	CONSTRAINT ck_ledger_sequence CHECK (sequence >= 0), 
	CONSTRAINT ck_ledger_settling CHECK ((settling_why IS NULL) = (lost_from_ms IS NULL)), 
	CONSTRAINT ck_ledger_settled CHECK (settling_why IS NOT NULL OR (lost_until_ms IS NULL AND went_on_ms IS NULL)), 
	CONSTRAINT ck_ledger_lost CHECK (lost_until_ms >= lost_from_ms)
);
INSERT INTO "ledger" VALUES(1,1,36,1795324320000,NULL,NULL,NULL,NULL);
CREATE TABLE letter_years (
	year INTEGER NOT NULL, 
	last INTEGER NOT NULL, 
	CONSTRAINT pk_letter_years PRIMARY KEY (year), 
	CONSTRAINT ck_letter_years_last CHECK (last >= 1)
);
CREATE TABLE letters (
	id INTEGER NOT NULL, 
	case_id INTEGER NOT NULL, 
	year INTEGER NOT NULL, 
	serial INTEGER NOT NULL, 
	code VARCHAR(10) NOT NULL, 
	service_office VARCHAR NOT NULL, 
	issued_on VARCHAR(10) NOT NULL, 
	until VARCHAR(10) NOT NULL, 
	issued_at_ms BIGINT NOT NULL, 
	issued_by VARCHAR NOT NULL, 
	duplicate_of INTEGER, 
	handed_at_ms BIGINT, 
	handed_by VARCHAR, 
	used_at_ms BIGINT, 
	void_at_ms BIGINT, 
	sealed TEXT, 
	CONSTRAINT pk_letters PRIMARY KEY (id), 
	CONSTRAINT ck_letters_handed CHECK ((handed_at_ms IS NULL) = (handed_by IS NULL)), 
	CONSTRAINT ck_letters_in_order CHECK (handed_at_ms >= issued_at_ms AND used_at_ms >= handed_at_ms), 
	CONSTRAINT ck_letters_code CHECK (length(code) = 10), 
	CONSTRAINT ck_letters_serial CHECK (serial >= 1), 
	CONSTRAINT ck_letters_until CHECK (until >= issued_on), 
	CONSTRAINT ck_letters_used CHECK (used_at_ms IS NULL OR handed_at_ms IS NOT NULL), 
	CONSTRAINT ck_letters_void CHECK (used_at_ms IS NULL OR void_at_ms IS NULL), 
	CONSTRAINT ck_letters_void_in_order CHECK (void_at_ms >= issued_at_ms), 
	CONSTRAINT fk_letters_case_id FOREIGN KEY(case_id) REFERENCES cases (id), 
	CONSTRAINT fk_letters_duplicate_of FOREIGN KEY(duplicate_of) REFERENCES letters (id), 
	CONSTRAINT fk_letters_year FOREIGN KEY(year) REFERENCES letter_years (year), 
	CONSTRAINT uq_letters_code UNIQUE (code), 
	CONSTRAINT uq_letters_duplicate_of UNIQUE (duplicate_of), 
	CONSTRAINT uq_letters_year_serial UNIQUE (year, serial)
);
CREATE TABLE marks (
	id INTEGER NOT NULL, 
	mark VARCHAR(64) NOT NULL, 
	kind VARCHAR NOT NULL, 
	household INTEGER NOT NULL, 
	person INTEGER, 
	CONSTRAINT pk_marks PRIMARY KEY (id), 
	CONSTRAINT ck_marks_person CHECK ((kind = 'household') = (person IS NULL)), 
	CONSTRAINT ck_marks_kind CHECK (kind IN ('exclusive', 'unique', 'household', 'document', 'postal')), 
	CONSTRAINT fk_marks_household FOREIGN KEY(household) REFERENCES households (id), 
	CONSTRAINT fk_marks_person FOREIGN KEY(person) REFERENCES people (id)
);
CREATE TABLE office_tickets (
	ticket INTEGER NOT NULL, 
	matter VARCHAR NOT NULL, 
	household INTEGER, 
	kept_for VARCHAR, 
	kept_until_ms BIGINT, 
	CONSTRAINT pk_office_tickets PRIMARY KEY (ticket), 
	CONSTRAINT ck_office_tickets_kept CHECK ((kept_for IS NULL) = (kept_until_ms IS NULL)), 
	CONSTRAINT fk_office_tickets_household FOREIGN KEY(household) REFERENCES households (id), 
	CONSTRAINT fk_office_tickets_ticket FOREIGN KEY(ticket) REFERENCES tickets (id)
);
CREATE TABLE people (
	id INTEGER NOT NULL, 
	household INTEGER NOT NULL, 
	place INTEGER NOT NULL, 
	relation VARCHAR NOT NULL, 
	sex VARCHAR NOT NULL, 
	nationality VARCHAR NOT NULL, 
	document VARCHAR, 
	disease VARCHAR, 
	sealed TEXT, 
	left_at_ms BIGINT, 
	CONSTRAINT pk_people PRIMARY KEY (id), 
	CONSTRAINT ck_people_relation CHECK (relation IN ('head', 'spouse', 'child', 'parent', 'sibling', 'grandchild', 'ward', 'other')), 
	CONSTRAINT ck_people_sex CHECK (sex IN ('female', 'male')), 
	CONSTRAINT fk_people_household FOREIGN KEY(household) REFERENCES households (id)
);
CREATE TABLE phone_calls (
	id INTEGER NOT NULL, 
	device VARCHAR NOT NULL, 
	ended_at_ms BIGINT NOT NULL, 
	seconds INTEGER NOT NULL, 
	steps JSON NOT NULL, 
	ended VARCHAR NOT NULL, 
	CONSTRAINT pk_phone_calls PRIMARY KEY (id), 
	CONSTRAINT ck_phone_calls_seconds CHECK (seconds >= 0)
);
CREATE TABLE points (
	id VARCHAR NOT NULL, 
	revision INTEGER NOT NULL, 
	status VARCHAR NOT NULL, 
	ticket INTEGER, 
	paused_why VARCHAR, 
	paused_until VARCHAR(5), 
	last_act VARCHAR, 
	last_act_number INTEGER, 
	last_act_at_ms BIGINT, 
	last_act_before JSON, 
	CONSTRAINT pk_points PRIMARY KEY (id), 
	CONSTRAINT ck_points_paused CHECK ((status = 'paused') = (paused_why IS NOT NULL)), 
	CONSTRAINT ck_points_status CHECK (status IN ('open', 'paused', 'closed')), 
	CONSTRAINT ck_points_last_act CHECK ((last_act IS NULL) = (last_act_at_ms IS NULL)), 
	CONSTRAINT ck_points_revision CHECK (revision >= 1), 
	CONSTRAINT fk_points_ticket FOREIGN KEY(ticket) REFERENCES tickets (id), 
	CONSTRAINT uq_points_ticket UNIQUE (ticket)
);
INSERT INTO "points" VALUES('counter-1',4,'open',5,NULL,NULL,'call_next',900,1795324320000,'{"rows":[{"table":"stops","id":4,"before":{"ended_at_ms":null},"after":{"ended_at_ms":1795324320000}},{"table":"tickets","id":4,"before":{"state":"called","outcome":null,"ended_at_ms":null,"department":12,"doctor":3,"ahead":["doctor"],"final_at_ms":null,"changed":28},"after":{"state":"waiting","outcome":null,"ended_at_ms":null,"department":12,"doctor":3,"ahead":[],"final_at_ms":1795324320000,"changed":36}},{"table":"tickets","id":5,"before":{"state":"waiting","changed":20},"after":{"state":"called","changed":36}},{"table":"stops","id":5,"before":{"point":null,"called_at_ms":null,"calls":0},"after":{"point":"counter-1","called_at_ms":1795324320000,"calls":1}},{"table":"points","id":"counter-1","before":{"ticket":4},"after":{"ticket":5}}],"stops_begun":[7],"calls_made":[5]}');
INSERT INTO "points" VALUES('counter-2',4,'open',2,NULL,NULL,'resume',NULL,1795322760000,'{"rows":[],"stops_begun":[],"calls_made":[]}');
INSERT INTO "points" VALUES('room-1',1,'open',NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "points" VALUES('room-2',1,'open',NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE requests (
	device VARCHAR NOT NULL, 
	request VARCHAR NOT NULL, 
	answered_at_ms BIGINT NOT NULL, 
	refused VARCHAR, 
	answer TEXT NOT NULL, 
	CONSTRAINT pk_requests PRIMARY KEY (device, request)
);
INSERT INTO "requests" VALUES('operator','00000000000000000000000000000001',1795318200000,NULL,'{"type":"loaded","changes":["the first site file: 3 departments, 3 doctors, 4 points, 7 devices"]}');
INSERT INTO "requests" VALUES('operator','00000000000000000000000000000002',1795318200000,NULL,'{"type":"day","service_day":1,"date":"2026-11-22","status":"accepting"}');
INSERT INTO "requests" VALUES('operator','00000000000000000000000000000003',1795318200000,NULL,'{"type":"loaded","changes":["device phone-1: new","booking, open_for_one_mobile: 8 is now 3","booking, same_doctor_in_a_day: 4 is now 2","texts, templates, booked: nothing is now کد {code} {weekday} {date} {clinic}","texts, templates, again: nothing is now باز هم {code}","texts, templates, reminder: nothing is now فردا {code}","texts, templates, cancelled: nothing is now لغو {date}","texts, quiet: nothing is now (starts 22:00, until 07:00)","texts, reminder_at: nothing is now 18:00","texts, again_a_day: 3 is now 2"]}');
INSERT INTO "requests" VALUES('operator','recorded-0000',1795318200000,NULL,'{"type":"booked","code":"22542578","date":"2026-11-22","department":12,"session_starts":"08:00","session_ends":"10:00","doctor":3}');
INSERT INTO "requests" VALUES('operator','recorded-0001',1795318260000,NULL,'{"type":"booked","code":"95496566","date":"2026-11-24","department":11,"session_starts":"08:00","session_ends":"12:00","doctor":1}');
INSERT INTO "requests" VALUES('operator','recorded-0002',1795318320000,NULL,'{"type":"booked","code":"10587562","date":"2026-11-22","department":21,"session_starts":"07:30","session_ends":"12:00"}');
INSERT INTO "requests" VALUES('operator','recorded-0003',1795318380000,NULL,'{"type":"changed"}');
INSERT INTO "requests" VALUES('operator','recorded-0004',1795318440000,NULL,'{"type":"booked","code":"42793481","date":"2026-11-22","department":11,"session_starts":"08:00","session_ends":"12:00","doctor":1}');
INSERT INTO "requests" VALUES('kiosk-1','recorded-0005',1795321200000,NULL,'{"type":"ticket","number":100,"service_day":1,"date":"2026-11-22","source":"booked","department":11,"stage":"reception","zone":"hall-1","points":["counter-1","counter-2"],"ahead":0,"issued_at_ms":1795321200000,"doctor":1}');
INSERT INTO "requests" VALUES('kiosk-1','recorded-0006',1795321200000,NULL,'{"type":"settled","number":100}');
INSERT INTO "requests" VALUES('kiosk-1','recorded-0007',1795321260000,NULL,'{"type":"ticket","number":100,"service_day":1,"date":"2026-11-22","source":"booked","department":11,"stage":"reception","zone":"hall-1","points":["counter-1","counter-2"],"ahead":0,"issued_at_ms":1795321200000,"doctor":1,"again":true}');
INSERT INTO "requests" VALUES('kiosk-1','recorded-0008',1795321320000,'no_such_code','{"type":"refusal","reason":"no_such_code"}');
INSERT INTO "requests" VALUES('kiosk-1','recorded-0009',1795321380000,NULL,'{"type":"ticket","number":310,"service_day":1,"date":"2026-11-22","source":"walk_in","department":21,"stage":"reception","zone":"hall-1","points":["counter-1","counter-2"],"ahead":1,"issued_at_ms":1795321380000}');
INSERT INTO "requests" VALUES('kiosk-1','recorded-0010',1795321380000,NULL,'{"type":"settled","number":310,"marked":true}');
INSERT INTO "requests" VALUES('kiosk-2','recorded-0011',1795321440000,NULL,'{"type":"ticket","number":150,"service_day":1,"date":"2026-11-22","source":"walk_in","department":11,"stage":"reception","zone":"hall-1","points":["counter-1","counter-2"],"ahead":2,"issued_at_ms":1795321440000,"doctor":1}');
INSERT INTO "requests" VALUES('kiosk-2','recorded-0012',1795321440000,NULL,'{"type":"settled"}');
INSERT INTO "requests" VALUES('kiosk-2','recorded-0013',1795321500000,NULL,'{"type":"ticket","number":250,"service_day":1,"date":"2026-11-22","source":"walk_in","department":12,"stage":"reception","zone":"hall-1","points":["counter-1","counter-2"],"ahead":2,"issued_at_ms":1795321500000,"doctor":3}');
INSERT INTO "requests" VALUES('kiosk-2','recorded-0014',1795321500000,NULL,'{"type":"settled","number":250}');
INSERT INTO "requests" VALUES('kiosk-2','recorded-0015',1795321560000,'not_possible_now','{"type":"refusal","reason":"not_possible_now","number":250}');
INSERT INTO "requests" VALUES('kiosk-1','recorded-0016',1795321620000,NULL,'{"type":"ticket","number":900,"service_day":1,"date":"2026-11-22","source":"help","department":null,"stage":"reception","zone":"hall-1","points":["counter-1","counter-2"],"ahead":3,"issued_at_ms":1795321620000}');
INSERT INTO "requests" VALUES('kiosk-1','recorded-0017',1795321620000,NULL,'{"type":"settled","number":900}');
INSERT INTO "requests" VALUES('counter-1','recorded-0018',1795322400000,NULL,'{"type":"pressed","point":{"point":"counter-1","epoch":"1-706585ef","sequence":22,"revision":2,"as_of_ms":1795322400000,"status":"open","current":{"number":100,"stage":"reception","source":"booked","called_at_ms":1795322400000,"department":11,"doctor":1},"last_call":{"epoch":"1-706585ef","call":1,"number":100,"point":"counter-1","kind":"call","called_at_ms":1795322400000},"next":[{"number":310,"why":"walk_in"},{"number":250,"why":"walk_in"},{"number":900,"why":"help"}],"waiting":3,"last_act":{"act":"call_next","number":100,"at_ms":1795322400000,"undo_until_ms":1795322410000}}}');
INSERT INTO "requests" VALUES('counter-1','recorded-0019',1795322460000,NULL,'{"type":"pressed","point":{"point":"counter-1","epoch":"1-706585ef","sequence":23,"revision":2,"as_of_ms":1795322460000,"status":"open","current":{"number":100,"stage":"reception","source":"booked","called_at_ms":1795322400000,"calls":2,"department":11,"doctor":1},"last_call":{"epoch":"1-706585ef","call":2,"number":100,"point":"counter-1","kind":"recall","called_at_ms":1795322460000},"next":[{"number":310,"why":"walk_in"},{"number":250,"why":"walk_in"},{"number":900,"why":"help"}],"waiting":3,"last_act":{"act":"recall","number":100,"at_ms":1795322460000,"undo_until_ms":1795322470000}}}');
INSERT INTO "requests" VALUES('counter-2','recorded-0020',1795322520000,NULL,'{"type":"pressed","point":{"point":"counter-2","epoch":"1-706585ef","sequence":24,"revision":2,"as_of_ms":1795322520000,"status":"open","current":{"number":310,"stage":"reception","source":"walk_in","called_at_ms":1795322520000,"department":21,"marks":["unknown_print"]},"last_call":{"epoch":"1-706585ef","call":3,"number":310,"point":"counter-2","kind":"call","called_at_ms":1795322520000},"next":[{"number":250,"why":"walk_in"},{"number":900,"why":"help"}],"waiting":2,"last_act":{"act":"call_next","number":310,"at_ms":1795322520000,"undo_until_ms":1795322530000}}}');
INSERT INTO "requests" VALUES('counter-2','recorded-0021',1795322580000,NULL,'{"type":"pressed","point":{"point":"counter-2","epoch":"1-706585ef","sequence":25,"revision":3,"as_of_ms":1795322580000,"status":"open","last_call":{"epoch":"1-706585ef","call":3,"number":310,"point":"counter-2","kind":"call","called_at_ms":1795322520000},"next":[{"number":250,"why":"walk_in"},{"number":900,"why":"help"}],"waiting":2,"last_act":{"act":"no_show","number":310,"at_ms":1795322580000,"undo_until_ms":1795322590000}}}');
INSERT INTO "requests" VALUES('counter-2','recorded-0022',1795322580000,NULL,'{"type":"pressed","point":{"point":"counter-2","epoch":"1-706585ef","sequence":26,"revision":4,"as_of_ms":1795322580000,"status":"open","current":{"number":310,"stage":"reception","source":"walk_in","called_at_ms":1795322520000,"department":21,"marks":["unknown_print"]},"last_call":{"epoch":"1-706585ef","call":3,"number":310,"point":"counter-2","kind":"call","called_at_ms":1795322520000},"next":[{"number":250,"why":"walk_in"},{"number":900,"why":"help"}],"waiting":2,"last_act":{"act":"undo","number":310,"at_ms":1795322580000}}}');
INSERT INTO "requests" VALUES('counter-2','recorded-0023',1795322640000,'not_possible_now','{"type":"refusal","reason":"not_possible_now","detail":"''prayer'' is no pause reason of the site: "}');
INSERT INTO "requests" VALUES('counter-1','recorded-0024',1795322700000,NULL,'{"type":"pressed","point":{"point":"counter-1","epoch":"1-706585ef","sequence":28,"revision":3,"as_of_ms":1795322700000,"status":"open","current":{"number":250,"stage":"reception","source":"walk_in","called_at_ms":1795322700000,"department":12,"doctor":3},"last_call":{"epoch":"1-706585ef","call":4,"number":250,"point":"counter-1","kind":"call","called_at_ms":1795322700000},"next":[{"number":900,"why":"help"}],"waiting":1,"last_act":{"act":"call_next","number":250,"at_ms":1795322700000,"undo_until_ms":1795322710000}}}');
INSERT INTO "requests" VALUES('counter-2','recorded-0025',1795322760000,NULL,'{"type":"pressed","point":{"point":"counter-2","epoch":"1-706585ef","sequence":29,"revision":4,"as_of_ms":1795322760000,"status":"open","current":{"number":310,"stage":"reception","source":"walk_in","called_at_ms":1795322520000,"department":21,"marks":["unknown_print"]},"last_call":{"epoch":"1-706585ef","call":3,"number":310,"point":"counter-2","kind":"call","called_at_ms":1795322520000},"next":[{"number":900,"why":"help"}],"waiting":1,"last_act":{"act":"resume","number":null,"at_ms":1795322760000,"undo_until_ms":1795322770000}}}');
INSERT INTO "requests" VALUES('operator','recorded-0026',1795323000000,NULL,'{"type":"changed"}');
INSERT INTO "requests" VALUES('phone-1','recorded-0027',1795323600000,'too_many_bookings','{"type":"refusal","reason":"too_many_bookings","detail":"one mobile has at most 3 bookings to come"}');
INSERT INTO "requests" VALUES('phone-1','recorded-0028',1795323660000,'hold_expired','{"type":"refusal","reason":"hold_expired"}');
INSERT INTO "requests" VALUES('phone-1','recorded-0029',1795323720000,NULL,'{"type":"offer","held_until_ms":1795323840000,"date":"2026-11-22","department":12,"session_starts":"10:00","session_ends":"12:00","doctor":4}');
INSERT INTO "requests" VALUES('operator','recorded-0030',1795324200000,NULL,'{"type":"absence_plan","absence":1,"touched":[{"code":"95496566","date":"2026-11-24","has_mobile":true,"cancelled":true}],"texts":1,"parts_each":1,"words":"لغو ۱۴۰۵/۰۹/۰۳","template":"لغو {date}"}');
INSERT INTO "requests" VALUES('counter-1','recorded-0032',1795324320000,NULL,'{"type":"pressed","point":{"point":"counter-1","epoch":"1-706585ef","sequence":36,"revision":4,"as_of_ms":1795324320000,"status":"open","current":{"number":900,"stage":"reception","source":"help","called_at_ms":1795324320000},"last_call":{"epoch":"1-706585ef","call":5,"number":900,"point":"counter-1","kind":"call","called_at_ms":1795324320000},"last_act":{"act":"call_next","number":900,"at_ms":1795324320000,"undo_until_ms":1795324330000}}}');
CREATE TABLE seals (
	id INTEGER NOT NULL, 
	name VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_seals PRIMARY KEY (id), 
	CONSTRAINT ck_seals_one_row CHECK (id = 1)
);
CREATE TABLE service_days (
	id INTEGER NOT NULL, 
	date VARCHAR(10) NOT NULL, 
	status VARCHAR NOT NULL, 
	opened_at_ms BIGINT NOT NULL, 
	opened_by VARCHAR NOT NULL, 
	ended_at_ms BIGINT, 
	void BOOLEAN DEFAULT false NOT NULL, 
	stopped_by_hours BOOLEAN DEFAULT false NOT NULL, page_key VARCHAR(32), 
	CONSTRAINT pk_service_days PRIMARY KEY (id), 
	CONSTRAINT ck_service_days_ended CHECK ((status = 'closed') = (ended_at_ms IS NOT NULL)), 
	CONSTRAINT ck_service_days_void CHECK (NOT void OR status = 'closed'), 
	CONSTRAINT ck_service_days_status CHECK (status IN ('accepting', 'calling_only', 'closed')), 
	CONSTRAINT ck_service_days_in_order CHECK (ended_at_ms >= opened_at_ms)
);
INSERT INTO "service_days" VALUES(1,'2026-11-22','accepting',1795318200000,'operator',NULL,0,0,'16a5585b683db4bd116c27816e1cb38a');
CREATE TABLE service_pins (
	service_office VARCHAR NOT NULL, 
	mark VARCHAR(64) NOT NULL, 
	wrong INTEGER DEFAULT 0 NOT NULL, 
	wrong_at_ms BIGINT, 
	CONSTRAINT pk_service_pins PRIMARY KEY (service_office), 
	CONSTRAINT ck_service_pins_wrong CHECK (wrong >= 0 AND (wrong = 0 OR wrong_at_ms IS NOT NULL))
);
CREATE TABLE sessions (
	id INTEGER NOT NULL, 
	date VARCHAR(10) NOT NULL, 
	department INTEGER NOT NULL, 
	doctor INTEGER, 
	starts_at_ms BIGINT NOT NULL, 
	ends_at_ms BIGINT NOT NULL, 
	phone INTEGER NOT NULL, 
	walk_in INTEGER NOT NULL, 
	reserve INTEGER NOT NULL, 
	slot_minutes INTEGER, 
	withdrawn BOOLEAN DEFAULT false NOT NULL, walk_in_first INTEGER, released INTEGER, 
	CONSTRAINT pk_sessions PRIMARY KEY (id), 
	CONSTRAINT ck_sessions_in_order CHECK (ends_at_ms > starts_at_ms), 
	CONSTRAINT ck_sessions_places CHECK (phone >= 0 AND walk_in >= 0 AND reserve >= 0), 
	CONSTRAINT ck_sessions_slot CHECK (slot_minutes > 0)
);
INSERT INTO "sessions" VALUES(1,'2026-11-22',11,1,1795321800000,1795336200000,20,20,2,3,0,NULL,NULL);
INSERT INTO "sessions" VALUES(2,'2026-11-22',12,3,1795321800000,1795329000000,2,2,0,3,0,NULL,NULL);
INSERT INTO "sessions" VALUES(3,'2026-11-22',12,4,1795329000000,1795336200000,2,2,0,3,0,NULL,NULL);
INSERT INTO "sessions" VALUES(4,'2026-11-22',21,NULL,1795320000000,1795336200000,5,3,0,3,0,NULL,NULL);
INSERT INTO "sessions" VALUES(5,'2026-11-24',11,1,1795494600000,1795509000000,20,20,2,3,1,NULL,NULL);
CREATE TABLE settled_kiosks (
	device VARCHAR NOT NULL, 
	epoch VARCHAR NOT NULL, 
	fresh BOOLEAN NOT NULL, 
	CONSTRAINT pk_settled_kiosks PRIMARY KEY (device)
);
CREATE TABLE sites (
	id INTEGER NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	document TEXT NOT NULL, 
	loaded_at_ms BIGINT NOT NULL, 
	loaded_by VARCHAR NOT NULL, 
	CONSTRAINT pk_sites PRIMARY KEY (id)
);
INSERT INTO "sites" VALUES(1,'27326acda85e305ba524a8bad456a0dc3aea564af2c11cceefd2f6fc15fd7716','# The clinic of the store''s tests: three departments, four points, two kiosks; open every day 07:00 to 14:00.
schema = 1
id = "small"
name = { fa = "درمانگاه کوچک", en = "Small Clinic" }
time_zone = "Asia/Tehran"
help_range = [900, 949]

[[hours.weekly]]
days = ["saturday", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday"]
opens = "07:00"
tickets_until = "13:00"
ends = "14:00"

[holidays]
loaded_until = "1406/12/29"

[[stages]]
id = "reception"
name = { fa = "پذیرش" }

[[stages]]
id = "cashier"
name = { fa = "صندوق" }

[[stages]]
id = "doctor"
name = { fa = "پزشک" }

[[departments]]
code = 11
name = { fa = "داخلی" }
stages = ["reception", "doctor"]
booked_range = [100, 149]
walk_in_range = [150, 199]

[[departments]]
code = 12
name = { fa = "قلب" }
stages = ["reception", "doctor"]
booked_range = [200, 249]
walk_in_range = [250, 299]

[[departments]]
code = 21
name = { fa = "آزمایشگاه" }
stages = ["reception"]
booked_range = [300, 309]
walk_in_range = [310, 319]
weekly = [
  { days = ["saturday", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday"], starts = "07:30", ends = "12:00", phone = 5, walk_in = 3 },
]

[[doctors]]
code = 1
department = 11
name = { fa = "دکتر احمدی" }
weekly = [
  { days = ["saturday", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday"], starts = "08:00", ends = "12:00", phone = 20, walk_in = 20, reserve = 2 },
]

[[doctors]]
code = 3
department = 12
name = { fa = "دکتر مرادی" }
weekly = [
  { days = ["saturday", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday"], starts = "08:00", ends = "10:00", phone = 2, walk_in = 2 },
]

[[doctors]]
code = 4
department = 12
name = { fa = "دکتر اکبری" }
weekly = [
  { days = ["saturday", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday"], starts = "10:00", ends = "12:00", phone = 2, walk_in = 2 },
]

[[zones]]
id = "hall-1"
name = { fa = "سالن ۱" }

[[points]]
id = "counter-1"
kind = "counter"
label = 1
zone = "hall-1"
stages = ["reception"]

[[points]]
id = "counter-2"
kind = "counter"
label = 2
zone = "hall-1"
stages = ["reception", "cashier"]

[[points]]
id = "room-1"
kind = "room"
label = 1
zone = "hall-1"
stages = ["doctor"]
departments = [11]

[[points]]
id = "room-2"
kind = "room"
label = 2
zone = "hall-1"
stages = ["doctor"]
departments = [12]

[[devices]]
id = "kiosk-1"
role = "kiosk"
alone_range = [950, 974]

[[devices]]
id = "kiosk-2"
role = "kiosk"
alone_range = [975, 999]

[[devices]]
id = "counter-1"
role = "counter"
points = ["counter-1"]

[[devices]]
id = "counter-2"
role = "counter"
points = ["counter-2"]

[[devices]]
id = "room-1"
role = "room"
points = ["room-1"]

[[devices]]
id = "room-2"
role = "room"
points = ["room-2"]

[[devices]]
id = "operator"
role = "operator"

[kiosks]
walk_ins_in_a_row = 5
wrong_codes_before_lock = 5
',1795318200000,'operator');
INSERT INTO "sites" VALUES(2,'77cfedb2e87332045139296306802e40b23cc92f3e1a016affbe2c72a1b87908','# The clinic of the store''s tests: three departments, four points, two kiosks; open every day 07:00 to 14:00.
schema = 1
id = "small"
name = { fa = "درمانگاه کوچک", en = "Small Clinic" }
time_zone = "Asia/Tehran"
help_range = [900, 949]

[[hours.weekly]]
days = ["saturday", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday"]
opens = "07:00"
tickets_until = "13:00"
ends = "14:00"

[holidays]
loaded_until = "1406/12/29"

[[stages]]
id = "reception"
name = { fa = "پذیرش" }

[[stages]]
id = "cashier"
name = { fa = "صندوق" }

[[stages]]
id = "doctor"
name = { fa = "پزشک" }

[[departments]]
code = 11
name = { fa = "داخلی" }
stages = ["reception", "doctor"]
booked_range = [100, 149]
walk_in_range = [150, 199]

[[departments]]
code = 12
name = { fa = "قلب" }
stages = ["reception", "doctor"]
booked_range = [200, 249]
walk_in_range = [250, 299]

[[departments]]
code = 21
name = { fa = "آزمایشگاه" }
stages = ["reception"]
booked_range = [300, 309]
walk_in_range = [310, 319]
weekly = [
  { days = ["saturday", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday"], starts = "07:30", ends = "12:00", phone = 5, walk_in = 3 },
]

[[doctors]]
code = 1
department = 11
name = { fa = "دکتر احمدی" }
weekly = [
  { days = ["saturday", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday"], starts = "08:00", ends = "12:00", phone = 20, walk_in = 20, reserve = 2 },
]

[[doctors]]
code = 3
department = 12
name = { fa = "دکتر مرادی" }
weekly = [
  { days = ["saturday", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday"], starts = "08:00", ends = "10:00", phone = 2, walk_in = 2 },
]

[[doctors]]
code = 4
department = 12
name = { fa = "دکتر اکبری" }
weekly = [
  { days = ["saturday", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday"], starts = "10:00", ends = "12:00", phone = 2, walk_in = 2 },
]

[[zones]]
id = "hall-1"
name = { fa = "سالن ۱" }

[[points]]
id = "counter-1"
kind = "counter"
label = 1
zone = "hall-1"
stages = ["reception"]

[[points]]
id = "counter-2"
kind = "counter"
label = 2
zone = "hall-1"
stages = ["reception", "cashier"]

[[points]]
id = "room-1"
kind = "room"
label = 1
zone = "hall-1"
stages = ["doctor"]
departments = [11]

[[points]]
id = "room-2"
kind = "room"
label = 2
zone = "hall-1"
stages = ["doctor"]
departments = [12]

[[devices]]
id = "kiosk-1"
role = "kiosk"
alone_range = [950, 974]

[[devices]]
id = "kiosk-2"
role = "kiosk"
alone_range = [975, 999]

[[devices]]
id = "counter-1"
role = "counter"
points = ["counter-1"]

[[devices]]
id = "counter-2"
role = "counter"
points = ["counter-2"]

[[devices]]
id = "room-1"
role = "room"
points = ["room-1"]

[[devices]]
id = "room-2"
role = "room"
points = ["room-2"]

[[devices]]
id = "operator"
role = "operator"

[kiosks]
walk_ins_in_a_row = 5
wrong_codes_before_lock = 5

[booking]
same_doctor_in_a_day = 2
open_for_one_mobile = 3

[voice_menu]
hold_seconds = 120

[[devices]]
id = "phone-1"
role = "phone"

[texts]
quiet_from = "22:00"
quiet_until = "07:00"
reminder_at = "18:00"
again_a_day = 2

[texts.templates]
booked = "کد {code} {weekday} {date} {clinic}"
again = "باز هم {code}"
reminder = "فردا {code}"
cancelled = "لغو {date}"
',1795318200000,'operator');
CREATE TABLE stops (
	id INTEGER NOT NULL, 
	ticket INTEGER NOT NULL, 
	service_day INTEGER NOT NULL, 
	stage VARCHAR NOT NULL, 
	department INTEGER, 
	doctor INTEGER, 
	only_point VARCHAR, 
	waiting_since_ms BIGINT NOT NULL, 
	called_at_ms BIGINT, 
	ended_at_ms BIGINT, 
	point VARCHAR, 
	calls INTEGER DEFAULT 0 NOT NULL, 
	turn VARCHAR DEFAULT 'line' NOT NULL, 
	back_after INTEGER DEFAULT 0 NOT NULL, 
	back_since_call INTEGER DEFAULT 0 NOT NULL, 
	taken_back BOOLEAN DEFAULT false NOT NULL, 
	CONSTRAINT pk_stops PRIMARY KEY (id), 
	CONSTRAINT ck_stops_turn CHECK (turn IN ('line', 'returning', 'back')), 
	CONSTRAINT ck_stops_called CHECK (called_at_ms >= waiting_since_ms), 
	CONSTRAINT ck_stops_calls CHECK (calls >= 0 AND back_after >= 0), 
	CONSTRAINT ck_stops_ended CHECK (ended_at_ms >= waiting_since_ms AND ended_at_ms >= called_at_ms), 
	CONSTRAINT fk_stops_service_day FOREIGN KEY(service_day) REFERENCES service_days (id), 
	CONSTRAINT fk_stops_ticket FOREIGN KEY(ticket) REFERENCES tickets (id)
);
INSERT INTO "stops" VALUES(1,1,1,'reception',11,1,NULL,1795321200000,1795322400000,1795322700000,'counter-1',2,'line',0,0,0);
INSERT INTO "stops" VALUES(2,2,1,'reception',21,NULL,NULL,1795321380000,1795322520000,NULL,'counter-2',1,'line',0,0,0);
INSERT INTO "stops" VALUES(3,3,1,'reception',11,1,NULL,1795321440000,NULL,1795321440000,NULL,0,'line',0,0,0);
INSERT INTO "stops" VALUES(4,4,1,'reception',12,3,NULL,1795321500000,1795322700000,1795324320000,'counter-1',1,'line',0,0,0);
INSERT INTO "stops" VALUES(5,5,1,'reception',NULL,NULL,NULL,1795321620000,1795324320000,NULL,'counter-1',1,'line',0,0,0);
INSERT INTO "stops" VALUES(6,1,1,'doctor',11,1,NULL,1795322700000,NULL,NULL,NULL,0,'line',0,0,0);
INSERT INTO "stops" VALUES(7,4,1,'doctor',12,3,NULL,1795324320000,NULL,NULL,NULL,0,'line',0,0,0);
CREATE TABLE "texts" (
	id INTEGER NOT NULL, 
	dedupe_key VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	booking INTEGER, 
	mobile VARCHAR(11) NOT NULL, 
	body TEXT NOT NULL, 
	state VARCHAR NOT NULL, 
	expires_at_ms BIGINT NOT NULL, 
	next_at_ms BIGINT, 
	waits INTEGER DEFAULT 0 NOT NULL, 
	attempts INTEGER DEFAULT 0 NOT NULL, 
	doubts INTEGER DEFAULT 0 NOT NULL, 
	leased_to VARCHAR, 
	lease_until_ms BIGINT, 
	gateway VARCHAR, 
	gateway_id VARCHAR, 
	last_error VARCHAR, 
	written_at_ms BIGINT NOT NULL, 
	ended_at_ms BIGINT, 
	begins_at_ms BIGINT, 
	household INTEGER, 
	CONSTRAINT pk_texts PRIMARY KEY (id), 
	CONSTRAINT fk_texts_household FOREIGN KEY(household) REFERENCES households (id), 
	CONSTRAINT ck_texts_lease CHECK ((state = 'sending') = (lease_until_ms IS NOT NULL)), 
	CONSTRAINT ck_texts_state CHECK (state IN ('queued', 'sending', 'unknown', 'accepted', 'delivered', 'undelivered', 'failed', 'expired', 'withdrawn')), 
	CONSTRAINT uq_texts_dedupe_key UNIQUE (dedupe_key), 
	CONSTRAINT fk_texts_booking FOREIGN KEY(booking) REFERENCES bookings (id), 
	CONSTRAINT ck_texts_leased_to CHECK ((leased_to IS NULL) = (lease_until_ms IS NULL)), 
	CONSTRAINT ck_texts_counts CHECK (waits >= 0 AND attempts >= 0 AND doubts >= 0), 
	CONSTRAINT ck_texts_ended CHECK (state NOT IN ('queued', 'sending') OR ended_at_ms IS NULL), 
	CONSTRAINT ck_texts_kind CHECK (kind IN ('booked', 'again', 'reminder', 'late', 'cancelled', 'moved', 'substitute', 'closed', 'papers_wanted', 'answered', 'letter_ready', 'cover_ends', 'device_gone', 'third'))
);
INSERT INTO "texts" VALUES(1,'booking:1','booked',1,'09121234567','کد ۲۲۵۴۲۵۷۸ یکشنبه ۱۴۰۵/۰۹/۰۱ درمانگاه کوچک','sending',1795329000000,NULL,0,1,0,'phone-1/boot-1/recorded-0031',1795324380000,NULL,NULL,NULL,1795318200000,NULL,1795321800000,NULL);
INSERT INTO "texts" VALUES(2,'booking:2','booked',2,'09121234567','کد ۹۵۴۹۶۵۶۶ سه‌شنبه ۱۴۰۵/۰۹/۰۳ درمانگاه کوچک','withdrawn',1795509000000,NULL,0,0,0,NULL,NULL,NULL,NULL,NULL,1795318260000,1795324200000,1795494600000,NULL);
INSERT INTO "texts" VALUES(3,'booking:3','booked',3,'09120000000','کد ۱۰۵۸۷۵۶۲ یکشنبه ۱۴۰۵/۰۹/۰۱ درمانگاه کوچک','withdrawn',1795336200000,NULL,0,0,0,NULL,NULL,NULL,NULL,NULL,1795318320000,1795318380000,1795320000000,NULL);
INSERT INTO "texts" VALUES(4,'booking:4','booked',4,'09121234567','کد ۴۲۷۹۳۴۸۱ یکشنبه ۱۴۰۵/۰۹/۰۱ درمانگاه کوچک','sending',1795336200000,NULL,0,1,0,'phone-1/boot-1/recorded-0031',1795324380000,NULL,NULL,NULL,1795318440000,NULL,1795321800000,NULL);
INSERT INTO "texts" VALUES(5,'absence:1:2','cancelled',2,'09121234567','لغو ۱۴۰۵/۰۹/۰۳','sending',1795509000000,NULL,0,1,0,'phone-1/boot-1/recorded-0031',1795324380000,NULL,NULL,NULL,1795324200000,NULL,1795494600000,NULL);
CREATE TABLE ticket_requests (
	device VARCHAR NOT NULL, 
	request VARCHAR NOT NULL, 
	service_day BIGINT NOT NULL, 
	number INTEGER, 
	ticket INTEGER, 
	asked_at_ms BIGINT NOT NULL, 
	outcome VARCHAR, 
	settled_number INTEGER, 
	settled_at_ms BIGINT, 
	CONSTRAINT pk_ticket_requests PRIMARY KEY (device, request), 
	CONSTRAINT ck_ticket_requests_outcome CHECK (outcome IN ('printed', 'shown', 'unknown', 'not_printed')), 
	CONSTRAINT ck_ticket_requests_settled CHECK ((outcome IS NULL) = (settled_at_ms IS NULL)), 
	CONSTRAINT ck_ticket_requests_in_order CHECK (settled_at_ms >= asked_at_ms), 
	CONSTRAINT ck_ticket_requests_settled_number CHECK (settled_number BETWEEN 1 AND 9999), 
	CONSTRAINT fk_ticket_requests_ticket FOREIGN KEY(ticket) REFERENCES tickets (id)
);
INSERT INTO "ticket_requests" VALUES('kiosk-1','recorded-0005',1,100,1,1795321200000,'printed',100,1795321200000);
INSERT INTO "ticket_requests" VALUES('kiosk-1','recorded-0007',1,100,1,1795321260000,NULL,NULL,NULL);
INSERT INTO "ticket_requests" VALUES('kiosk-1','recorded-0009',1,310,2,1795321380000,'unknown',310,1795321380000);
INSERT INTO "ticket_requests" VALUES('kiosk-2','recorded-0011',1,150,3,1795321440000,'not_printed',NULL,1795321440000);
INSERT INTO "ticket_requests" VALUES('kiosk-2','recorded-0013',1,250,4,1795321500000,'shown',250,1795321500000);
INSERT INTO "ticket_requests" VALUES('kiosk-1','recorded-0016',1,900,5,1795321620000,'printed',900,1795321620000);
CREATE TABLE tickets (
	id INTEGER NOT NULL, 
	service_day INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	source VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	department INTEGER, 
	doctor INTEGER, 
	session INTEGER, 
	booking INTEGER, 
	beside BOOLEAN DEFAULT false NOT NULL, 
	device VARCHAR NOT NULL, 
	issued_at_ms BIGINT NOT NULL, 
	callable_from_ms BIGINT NOT NULL, 
	priority VARCHAR, 
	priority_asked VARCHAR, 
	urgent_at_ms BIGINT, 
	final_at_ms BIGINT, 
	ahead JSON NOT NULL, 
	marks JSON NOT NULL, 
	outcome VARCHAR, 
	ended_at_ms BIGINT, 
	changed BIGINT NOT NULL, 
	CONSTRAINT pk_tickets PRIMARY KEY (id), 
	CONSTRAINT ck_tickets_booking CHECK ((source = 'booked') = (booking IS NOT NULL)), 
	CONSTRAINT ck_tickets_ended CHECK ((state IN ('done', 'not_served', 'void')) = (ended_at_ms IS NOT NULL)), 
	CONSTRAINT ck_tickets_source CHECK (source IN ('booked', 'walk_in', 'help')), 
	CONSTRAINT ck_tickets_state CHECK (state IN ('waiting', 'called', 'absent', 'away', 'parked', 'done', 'not_served', 'void')), 
	CONSTRAINT ck_tickets_in_order CHECK (callable_from_ms >= issued_at_ms AND ended_at_ms >= issued_at_ms), 
	CONSTRAINT ck_tickets_number CHECK (number BETWEEN 1 AND 9999), 
	CONSTRAINT fk_tickets_booking FOREIGN KEY(booking) REFERENCES bookings (id), 
	CONSTRAINT fk_tickets_service_day FOREIGN KEY(service_day) REFERENCES service_days (id), 
	CONSTRAINT fk_tickets_session FOREIGN KEY(session) REFERENCES sessions (id), 
	CONSTRAINT uq_tickets_service_day_number UNIQUE (service_day, number)
);
INSERT INTO "tickets" VALUES(1,1,100,'booked','waiting',11,1,1,4,0,'kiosk-1',1795321200000,1795321200000,NULL,NULL,NULL,1795322700000,'[]','[]',NULL,NULL,28);
INSERT INTO "tickets" VALUES(2,1,310,'walk_in','called',21,NULL,4,NULL,0,'kiosk-1',1795321380000,1795321380000,NULL,NULL,NULL,NULL,'[]','["unknown_print"]',NULL,NULL,26);
INSERT INTO "tickets" VALUES(3,1,150,'walk_in','void',11,1,1,NULL,0,'kiosk-2',1795321440000,1795321450000,NULL,NULL,NULL,NULL,'["doctor"]','[]','not_printed',1795321440000,16);
INSERT INTO "tickets" VALUES(4,1,250,'walk_in','waiting',12,3,2,NULL,0,'kiosk-2',1795321500000,1795321500000,NULL,NULL,NULL,1795324320000,'[]','[]',NULL,NULL,36);
INSERT INTO "tickets" VALUES(5,1,900,'help','called',NULL,NULL,NULL,NULL,0,'kiosk-1',1795321620000,1795321620000,NULL,NULL,NULL,NULL,'[]','[]',NULL,NULL,36);
CREATE TABLE touched (
	id INTEGER NOT NULL, 
	absence INTEGER NOT NULL, 
	booking INTEGER, 
	ticket INTEGER, 
	changes JSON NOT NULL, 
	CONSTRAINT pk_touched PRIMARY KEY (id), 
	CONSTRAINT ck_touched_somebody CHECK (booking IS NOT NULL OR ticket IS NOT NULL), 
	CONSTRAINT fk_touched_absence FOREIGN KEY(absence) REFERENCES absences (id), 
	CONSTRAINT fk_touched_booking FOREIGN KEY(booking) REFERENCES bookings (id), 
	CONSTRAINT fk_touched_ticket FOREIGN KEY(ticket) REFERENCES tickets (id)
);
INSERT INTO "touched" VALUES(1,1,2,NULL,'{"rows":[{"table":"bookings","id":2,"before":{"state":"active","cancelled_at_ms":null,"cancelled_why":null,"absence":null},"after":{"state":"cancelled","cancelled_at_ms":1795324200000,"cancelled_why":"absence","absence":1}},{"table":"texts","id":2,"before":{"state":"queued","next_at_ms":1795318260000,"ended_at_ms":null},"after":{"state":"withdrawn","next_at_ms":null,"ended_at_ms":1795324200000}}],"stops_begun":[],"calls_made":[]}');
CREATE INDEX ix_audit_at_ms ON audit (at_ms);
CREATE INDEX ix_audit_service_day_number ON audit (service_day, number);
CREATE INDEX ix_requests_answered_at_ms ON requests (answered_at_ms);
CREATE INDEX ix_requests_wrong_code ON requests (device, answered_at_ms) WHERE refused = 'no_such_code';
CREATE UNIQUE INDEX uq_service_days_date ON service_days (date) WHERE NOT void;
CREATE INDEX ix_tickets_booking ON tickets (booking);
CREATE INDEX ix_tickets_device_issued_at_ms ON tickets (device, issued_at_ms);
CREATE INDEX ix_tickets_service_day_state ON tickets (service_day, state);
CREATE INDEX ix_tickets_session_source ON tickets (session, source);
CREATE UNIQUE INDEX uq_tickets_booking ON tickets (booking) WHERE state <> 'void' AND NOT beside;
CREATE INDEX ix_stops_ticket ON stops (ticket);
CREATE INDEX ix_stops_waiting ON stops (service_day, stage) WHERE ended_at_ms IS NULL;
CREATE UNIQUE INDEX uq_stops_open ON stops (ticket) WHERE ended_at_ms IS NULL;
CREATE INDEX ix_ticket_requests_asked_at_ms ON ticket_requests (asked_at_ms);
CREATE INDEX ix_ticket_requests_service_day_outcome ON ticket_requests (service_day, outcome);
CREATE INDEX ix_ticket_requests_ticket ON ticket_requests (ticket);
CREATE INDEX ix_calls_point_id ON calls (point, id);
CREATE INDEX ix_calls_ticket ON calls (ticket);
CREATE INDEX ix_calls_zone_id ON calls (zone, id);
CREATE UNIQUE INDEX uq_sessions_start ON sessions (date, department, coalesce(doctor, 0), starts_at_ms);
CREATE UNIQUE INDEX uq_service_days_open ON service_days (coalesce(ended_at_ms, 0)) WHERE ended_at_ms IS NULL;
CREATE UNIQUE INDEX uq_absences_in_force ON absences (date, coalesce(doctor, 0), coalesce(starts, ''), coalesce(ends, '')) WHERE undone_at_ms IS NULL;
CREATE UNIQUE INDEX uq_touched_booking ON touched (absence, booking) WHERE booking IS NOT NULL;
CREATE INDEX ix_touched_booking ON touched (booking);
CREATE UNIQUE INDEX uq_touched_ticket ON touched (absence, ticket) WHERE ticket IS NOT NULL;
CREATE INDEX ix_touched_ticket ON touched (ticket);
CREATE INDEX ix_bookings_held ON bookings (held_until_ms) WHERE state = 'held';
CREATE INDEX ix_bookings_mobile ON bookings (mobile) WHERE state = 'active';
CREATE UNIQUE INDEX uq_bookings_call ON bookings (call) WHERE call IS NOT NULL AND state <> 'cancelled';
CREATE UNIQUE INDEX uq_bookings_place ON bookings (session, place) WHERE state <> 'cancelled';
CREATE INDEX ix_phone_calls_ended_at_ms ON phone_calls (ended_at_ms);
CREATE INDEX ix_bookings_personal ON bookings (session) WHERE mobile IS NOT NULL OR call IS NOT NULL;
CREATE INDEX ix_bookings_session ON bookings (session);
CREATE INDEX ix_stops_service_day ON stops (service_day);
CREATE INDEX ix_audit_counted ON audit (service_day, what) WHERE what IN ('no_show', 'undo', 'walk_in_refused', 'came_unaware');
CREATE INDEX ix_households_cover ON households (cover_until) WHERE cover_until IS NOT NULL AND merged_into IS NULL;
CREATE INDEX ix_people_household ON people (household);
CREATE INDEX ix_marks_household ON marks (household);
CREATE INDEX ix_marks_mark ON marks (mark);
CREATE INDEX ix_marks_person ON marks (person);
CREATE UNIQUE INDEX uq_marks_household ON marks (mark) WHERE kind = 'household';
CREATE INDEX ix_cases_household ON cases (household);
CREATE INDEX ix_cases_opened_at_ms ON cases (opened_at_ms);
CREATE INDEX ix_cases_service_day_number ON cases (service_day, number);
CREATE UNIQUE INDEX uq_cases_open ON cases (household) WHERE state IN ('requested', 'under_review', 'more_papers', 'at_department', 'approved', 'letter_issued');
CREATE INDEX ix_case_people_person ON case_people (person);
CREATE INDEX ix_letters_until ON letters (until) WHERE used_at_ms IS NULL AND void_at_ms IS NULL;
CREATE UNIQUE INDEX uq_letters_standing ON letters (case_id) WHERE void_at_ms IS NULL;
CREATE INDEX ix_inquiries_batch ON inquiries (batch);
CREATE INDEX ix_inquiries_case_id ON inquiries (case_id);
CREATE INDEX ix_inquiries_person ON inquiries (person);
CREATE UNIQUE INDEX uq_inquiries_open ON inquiries (case_id, person) WHERE result IS NULL;
CREATE INDEX ix_texts_booking ON texts (booking);
CREATE INDEX ix_texts_sending ON texts (lease_until_ms) WHERE state = 'sending';
CREATE INDEX ix_texts_personal ON texts (expires_at_ms) WHERE body <> '';
CREATE INDEX ix_texts_written_at_ms ON texts (written_at_ms);
CREATE INDEX ix_texts_due ON texts (next_at_ms) WHERE next_at_ms IS NOT NULL;
CREATE INDEX ix_audit_who_id ON audit (who, id);
CREATE INDEX ix_audit_ordered ON audit (id) WHERE what = 'device_ordered';
CREATE INDEX ix_office_tickets_household ON office_tickets (household);
CREATE INDEX ix_case_steps_case_id ON case_steps (case_id);
CREATE INDEX ix_case_steps_at_ms ON case_steps (at_ms);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('calls',5);
COMMIT;
