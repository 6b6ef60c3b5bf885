-- Categories, sellers and products.

-- H03a: A category at the top has level 1 and no parent; one below has level 2 and a parent at the top.
-- source: docs/ecommerce-story.md#the-catalogue
-- why: Two levels, and so no circle.
-- uses: category
select c.category_id, c.level, c.parent_category_id, p.level as level_of_parent
from category c
left join category p on p.category_id = c.parent_category_id
where c.level <> case when c.parent_category_id is null then 1 else 2 end
   or (c.parent_category_id is not null and p.level is distinct from 1);

-- H03b: The share of the rules of the categories is at the top, rounded down, and at least one.
-- source: docs/ecommerce-story.md#the-catalogue
-- uses: category
select count(*) as categories, count(*) filter (where parent_category_id is null) as at_the_top
from category
having count(*) > 0
   and count(*) filter (where parent_category_id is null)
       <> greatest(1, floor(count(*) * :catalogue.top_share + 0.000001));

-- H03c: Products are in categories without children.
-- source: docs/ecommerce-story.md#the-catalogue
-- why: A department is a place to look in; goods lie on its shelves.
-- uses: product, category
select p.product_id, p.category_id
from product p
where exists (select 1 from category c where c.parent_category_id = p.category_id);

-- H04: Countries are those of ISO 3166.
-- source: docs/ecommerce-story.md#the-catalogue
-- why: Other ranges and allowed values are CHECKs of the schema.
-- uses: brand, seller
select t.name, t.id, t.country
from (
    select 'brand' as name, brand_id as id, country from brand
    union all select 'seller', seller_id, country from seller
) t
where position(t.country || ' ' in
    'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA '
    || 'CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR '
    || 'GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM '
    || 'JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP '
    || 'MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY '
    || 'QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN '
    || 'TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW ') = 0
   or length(t.country) <> 2;

-- H18a: An Official seller sells goods of one brand.
-- source: docs/ecommerce-story.md#the-catalogue
-- why: It is the brand's own shop.
-- uses: seller, product
select s.seller_id, s.seller_name, count(distinct p.brand_id) as brands
from seller s
join product p on p.seller_id = s.seller_id
where s.seller_type = 'Official'
group by s.seller_id, s.seller_name having count(distinct p.brand_id) > 1;

-- H18b: An Official seller bears the name of the brand that it sells, and more.
-- source: docs/ecommerce-story.md#the-catalogue
-- uses: seller, product, brand
select s.seller_id, s.seller_name, p.product_id, b.brand_name
from seller s
join product p on p.seller_id = s.seller_id
join brand b on b.brand_id = p.brand_id
where s.seller_type = 'Official' and left(s.seller_name, length(b.brand_name) + 1) <> b.brand_name || ' ';
