-- Members and staff as the reference tables show them.

-- H10a: E-mail addresses of members are unique, whatever their case.
-- source: docs/fitness-story.md#safety
-- why: The address is the login of the member portal.
-- uses: members
select lower(email) as email, min(memberid) as memberid, count(*) as times
from members group by lower(email) having count(*) > 1;

-- H10b: E-mail addresses of staff are unique, whatever their case.
-- source: docs/fitness-story.md#safety
-- why: The address is the login of the staff portal.
-- uses: staff
select lower(email) as email, min(staffid) as staffid, count(*) as times
from staff group by lower(email) having count(*) > 1;

-- H11a: Telephones of facilities are NPA-555-01XX, with an area code of their state.
-- source: docs/fitness-story.md#safety
-- why: 555-0100 to 555-0199 are reserved for fiction, so no call reaches a person; a business has a local number.
-- uses: facilities, places
select f.facilityid, f.state, f.phonenumber from facilities f
where not f.phonenumber ~ '^[2-9][0-9]{2}-555-01[0-9]{2}$'
   or not exists (select 1 from places p where p.state = f.state and p.area_code = left(f.phonenumber, 3));

-- H11b: Telephones of members and their contacts are NPA-555-01XX, with an area code that exists.
-- source: docs/fitness-story.md#safety
-- why: 555-0100 to 555-0199 are reserved for fiction. People keep a number when they move, so any area code that
-- exists may occur.
-- uses: members, places
select m.memberid, m.phone, m.emergencyphone from members m
where not m.phone ~ '^[2-9][0-9]{2}-555-01[0-9]{2}$'
   or not m.emergencyphone ~ '^[2-9][0-9]{2}-555-01[0-9]{2}$'
   or left(m.phone, 3) not in (select area_code from places)
   or left(m.emergencyphone, 3) not in (select area_code from places);

-- H11c: Telephones of staff are NPA-555-01XX, with an area code that exists.
-- source: docs/fitness-story.md#safety
-- why: 555-0100 to 555-0199 are reserved for fiction. People keep a number when they move, so any area code that
-- exists may occur.
-- uses: staff, places
select s.staffid, s.phone from staff s
where not s.phone ~ '^[2-9][0-9]{2}-555-01[0-9]{2}$' or left(s.phone, 3) not in (select area_code from places);

-- H12a: City, state and ZIP code of facilities belong together.
-- source: docs/fitness-story.md#safety
-- why: Maps, distances and regional reports join on all three.
-- uses: facilities, places
select f.facilityid, f.city, f.state, f.zipcode from facilities f
where not exists (select 1 from places p where p.zip = f.zipcode and p.city = f.city and p.state = f.state);

-- H12b: City, state and ZIP code of members belong together.
-- source: docs/fitness-story.md#safety
-- why: Maps, distances and regional reports join on all three.
-- uses: members, places
select m.memberid, m.city, m.state, m.zipcode from members m
where not exists (select 1 from places p where p.zip = m.zipcode and p.city = m.city and p.state = m.state);

-- H13: A member's row last changed between the day of joining and the as-of day.
-- source: docs/fitness-story.md#members
-- why: A row cannot be edited before it exists, nor in the future.
-- uses: members
select memberid, joindate, lastmodified from members
where lastmodified < cast(joindate as timestamp) or lastmodified > cast(:as_of as timestamp);

-- K51: A member's row last changed no earlier than the member's status did.
-- source: docs/fitness-story.md#members
-- why: Changing the status is a change of the row.
-- uses: members, membermemberships
select m.memberid, m.memberstatus, m.lastmodified, s.startdate, s.enddate
from members m
join (
    select memberid, startdate, enddate, row_number() over (partition by memberid order by startdate desc) as place
    from membermemberships
) s on s.memberid = m.memberid and s.place = 1
where (m.memberstatus = 'Cancelled' and m.lastmodified < cast(s.enddate as timestamp))
   or (m.memberstatus = 'Suspended' and m.lastmodified < cast(s.startdate as timestamp));

-- K52: Members joined at 16 to 80.
-- source: docs/fitness-story.md#members
-- why: Clubs take members from 16 on; above 80 the numbers are too few to be realistic at this size.
-- uses: members
select memberid, dateofbirth, joindate from members
where joindate < cast(dateofbirth + :members.ages.0 * interval '1 year' as date)
   or joindate >= cast(dateofbirth + (:members.ages.1 + 1) * interval '1 year' as date);

-- K53: E-mail addresses of members are made from their names, at reserved domains.
-- source: docs/fitness-story.md#safety
-- why: Reserved domains (RFC 2606) make sure that no mail reaches a person. Of letters that are not English the address
-- has a spelling, which is not judged.
-- uses: members
select memberid, firstname, lastname, email from members
where not email ~ '^[a-z0-9._-]+@example[.](com|org|net)$'
   or not (regexp_replace(email, '[^a-z@]', '', 'g')
               like '%' || regexp_replace(lower(lastname), '[^a-z]+', '%', 'g') || '%@%'
           or regexp_replace(email, '[^a-z@]', '', 'g')
               like '%' || regexp_replace(lower(firstname), '[^a-z]+', '%', 'g') || '%@%');

-- K54: E-mail addresses of staff are made from their names, at reserved domains.
-- source: docs/fitness-story.md#safety
-- why: Reserved domains (RFC 2606) make sure that no mail reaches a person. Of letters that are not English the address
-- has a spelling, which is not judged.
-- uses: staff
select staffid, firstname, lastname, email from staff
where not email ~ '^[a-z0-9._-]+@example[.](com|org|net)$'
   or not (regexp_replace(email, '[^a-z@]', '', 'g')
               like '%' || regexp_replace(lower(lastname), '[^a-z]+', '%', 'g') || '%@%'
           or regexp_replace(email, '[^a-z@]', '', 'g')
               like '%' || regexp_replace(lower(firstname), '[^a-z]+', '%', 'g') || '%@%');

-- K55: The emergency contact is somebody else, with another telephone.
-- source: docs/fitness-story.md#members
-- uses: members
select memberid, firstname, lastname, emergencycontact from members
where emergencycontact = firstname || ' ' || lastname or emergencyphone = phone;

-- K56: Where the head count allows, there is a Manager for each facility.
-- source: docs/fitness-story.md#staff
-- why: Each club has somebody in charge who signs evaluations.
-- uses: staff, facilities
select s.managers, s.people, f.facilities
from (select count(*) filter (where jobtitle = 'Manager') as managers, count(*) as people from staff) s
cross join (select count(*) as facilities from facilities) f
where s.managers < f.facilities and s.people >= :bands.team * f.facilities;

-- K57: Hourly rates lie in the salary range of the job, divided by the hours of a year.
-- source: docs/fitness-story.md#staff
-- why: The hourly rate is the annual salary divided by the 2,080 paid hours of a full-time year.
-- uses: staff
with salaries (jobtitle, least, most) as (
    values
        ('Personal Trainer', :staff.personal_trainer_salary.0, :staff.personal_trainer_salary.1),
        ('Group Fitness Instructor',
         :staff.group_fitness_instructor_salary.0, :staff.group_fitness_instructor_salary.1),
        ('Front Desk', :staff.front_desk_salary.0, :staff.front_desk_salary.1),
        ('Manager', :staff.manager_salary.0, :staff.manager_salary.1),
        ('Maintenance', :staff.maintenance_salary.0, :staff.maintenance_salary.1),
        ('Lifeguard', :staff.lifeguard_salary.0, :staff.lifeguard_salary.1),
        ('Nutritionist', :staff.nutritionist_salary.0, :staff.nutritionist_salary.1),
        ('Physical Therapist', :staff.physical_therapist_salary.0, :staff.physical_therapist_salary.1)
)
select s.staffid, s.jobtitle, s.hourlyrate
from staff s
join salaries r on r.jobtitle = s.jobtitle
-- half a cent of rounding
where s.hourlyrate * :staff.hours_a_year not between r.least - 0.005 * :staff.hours_a_year
                                                 and r.most + 0.005 * :staff.hours_a_year;
