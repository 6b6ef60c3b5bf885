-- Names: invented, trimmed, and distinct however a database compares them.

-- relation names: All names, each with the table, what it must be distinct within, and how it compares without case and
-- accents.
-- uses: brand, category, seller, product, promotion
select place, id, within, name,
       translate(lower(name),
                 'ÀÁÂÃÄÅĀĂĄÇĆČĈĊĎĐÈÉÊËĒĔĖĘĚĜĞĠĢĤÌÍÎÏĨĪĬĮİĴĶĹĻĽŁÑŃŅŇÒÓÔÕÖØŌŎŐŔŖŘŚŜŞŠȘŢŤȚÙÚÛÜŨŪŬŮŰŲŴÝŸŶŹŻŽ'
                 || 'àáâãäåāăąçćčĉċďđèéêëēĕėęěĝğġģĥìíîïĩīĭįıĵķĺļľłñńņňòóôõöøōŏőŕŗřśŝşšșţťțùúûüũūŭůűųŵýÿŷźżž',
                 'aaaaaaaaacccccddeeeeeeeeegggghiiiiiiiiijkllllnnnnooooooooorrrsssssttt'
                 || 'uuuuuuuuuuwyyyzzz'
                 || 'aaaaaaaaacccccddeeeeeeeeegggghiiiiiiiiijkllllnnnnooooooooorrrsssssttt'
                 || 'uuuuuuuuuuwyyyzzz') as compared
from (
    select 'brand' as place, brand_id as id, 0 as within, brand_name as name from brand
    union all select 'category', category_id, 0, category_name from category
    union all select 'seller', seller_id, 0, seller_name from seller
    union all select 'product', product_id, seller_id, product_name from product
    union all select 'promotion', promotion_id, 0, promotion_name from promotion
) named;

-- H05a: Names are distinct, those of products for their seller, even without case and accents.
-- source: docs/ecommerce-story.md#the-catalogue
-- why: Databases compare text without case or accents unless told otherwise, and would refuse the second of two.
-- uses: names
select place, within, compared, count(*) as times, min(id) as one_id, max(id) as another_id
from names
group by place, within, compared having count(*) > 1;

-- H05b: Names are trimmed, and not empty.
-- source: docs/ecommerce-story.md#the-catalogue
-- uses: names
select place, id, name from names where name <> trim(name) or name = '' or position('  ' in name) > 0;

-- H05c: Names are no stand-ins, such as a word for the kind of thing with a number.
-- source: docs/ecommerce-story.md#the-catalogue
-- why: `Product 17` is what a test would call it, not a shop.
-- uses: names
select place, id, name from names
where compared ~ (
    '^((a|an|the|my|new|some|test|sample|demo|example|dummy|fake|official|marketplace) )*'
    || '(brand|category|department|seller|shop|store|vendor|merchant|product|item|article|good|sku|promotion|promo|'
    || 'campaign|sale|offer|discount|name|title|test|sample|demo|example|dummy|foo|bar|baz|lorem ipsum|untitled|'
    || 'unnamed|unknown|null|none|n/a|tbd|todo)s?[ #_.:-]*(no|nr|number)?[ #_.:-]*([0-9]+|[a-z])?$'
);

-- H05d: Names hold no control characters.
-- source: docs/ecommerce-story.md#the-catalogue
-- uses: names
select place, id, name from names
where position(chr(9) in name) > 0 or position(chr(10) in name) > 0 or position(chr(13) in name) > 0;
