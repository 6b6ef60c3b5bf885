CREATE TABLE brand (
	brand_id INTEGER NOT NULL COMMENT 'Number of the brand, from 1 in order of creation' AUTO_INCREMENT,
	brand_name VARCHAR(100) NOT NULL COMMENT 'Name of the brand',
	country CHAR(2) NOT NULL COMMENT 'Country of the brand, ISO 3166 alpha-2',
	created_at DATETIME NOT NULL COMMENT 'When the row was made, before the window',
	CONSTRAINT pk_brand PRIMARY KEY (brand_id)
)ENGINE=InnoDB CHARSET=utf8mb4 COMMENT='Brands of the goods on sale' COLLATE utf8mb4_bin;
CREATE TABLE category (
	category_id INTEGER NOT NULL COMMENT 'Number of the category, from 1 in order of creation' AUTO_INCREMENT,
	category_name VARCHAR(100) NOT NULL COMMENT 'Name of the category',
	parent_category_id INTEGER COMMENT 'Category it is part of; empty at the top',
	level SMALLINT NOT NULL COMMENT '1 at the top, 2 below',
	created_at DATETIME NOT NULL COMMENT 'When the row was made, not before its parent''s',
	CONSTRAINT pk_category PRIMARY KEY (category_id),
	CONSTRAINT ck_category_level CHECK (level BETWEEN 1 AND 2),
	CONSTRAINT ck_category_parent_category_id_if_and_only_if CHECK ((parent_category_id IS NOT NULL) = (level = 2))
)ENGINE=InnoDB CHARSET=utf8mb4 COMMENT='Departments and the categories in them; products are in categories without children' COLLATE utf8mb4_bin;
CREATE TABLE `order` (
	order_id BIGINT NOT NULL COMMENT 'Number of the order, from 1 in order of creation' AUTO_INCREMENT,
	order_date DATETIME NOT NULL COMMENT 'When it was placed',
	status VARCHAR(10) NOT NULL COMMENT 'How far it has come; RETURNED only if every unit came back',
	total_amount NUMERIC(12, 2) NOT NULL COMMENT 'Sum of its items, US dollars',
	paid_at DATETIME COMMENT 'When it was paid',
	shipped_at DATETIME COMMENT 'When it left the warehouse',
	delivered_at DATETIME COMMENT 'When it arrived',
	cancelled_at DATETIME COMMENT 'When it was cancelled, before it was shipped',
	returned_at DATETIME COMMENT 'When something of it came back',
	created_at DATETIME NOT NULL COMMENT 'When the row was made, as it was placed',
	CONSTRAINT pk_order PRIMARY KEY (order_id),
	CONSTRAINT ck_order_status CHECK (status IN ('PLACED', 'PAID', 'SHIPPED', 'DELIVERED', 'CANCELLED', 'RETURNED')),
	CONSTRAINT ck_order_total_amount CHECK (total_amount > 0)
)ENGINE=InnoDB CHARSET=utf8mb4 COMMENT='Orders of customers, across sellers' COLLATE utf8mb4_bin;
CREATE TABLE promotion (
	promotion_id INTEGER NOT NULL COMMENT 'Number of the promotion, from 1 in order of creation' AUTO_INCREMENT,
	promotion_name VARCHAR(100) NOT NULL COMMENT 'Name of the promotion',
	promotion_type VARCHAR(20) NOT NULL COMMENT 'What it covers: products, goods of a category or of a seller, or a flash sale',
	discount_type VARCHAR(20) NOT NULL COMMENT 'Whether the price falls by a percentage or by a fixed amount',
	discount_value NUMERIC(10, 2) NOT NULL COMMENT 'Per cent, or US dollars, off the list price',
	start_date DATE NOT NULL COMMENT 'First day',
	end_date DATE NOT NULL COMMENT 'Last day',
	created_at DATETIME NOT NULL COMMENT 'When the row was made, before the first day',
	CONSTRAINT pk_promotion PRIMARY KEY (promotion_id),
	CONSTRAINT ck_promotion_discount_type CHECK (discount_type IN ('percentage', 'fixed amount')),
	CONSTRAINT ck_promotion_discount_value CHECK (discount_value > 0),
	CONSTRAINT ck_promotion_discount_value_percent CHECK (discount_type != 'percentage' OR discount_value BETWEEN 5 AND 70),
	CONSTRAINT ck_promotion_end_date_not_before_start_date CHECK (end_date >= start_date),
	CONSTRAINT ck_promotion_promotion_type CHECK (promotion_type IN ('product', 'category', 'seller', 'flash sale'))
)ENGINE=InnoDB CHARSET=utf8mb4 COMMENT='Promotions: lower prices for some days' COLLATE utf8mb4_bin;
CREATE TABLE seller (
	seller_id INTEGER NOT NULL COMMENT 'Number of the seller, from 1 in order of creation' AUTO_INCREMENT,
	seller_name VARCHAR(100) NOT NULL COMMENT 'Name of the seller; an Official one bears that of its brand',
	join_date DATE NOT NULL COMMENT 'Day on which the seller joined the marketplace',
	seller_type VARCHAR(20) NOT NULL COMMENT 'Official: a brand''s own shop. Marketplace: sells goods of several brands',
	rating NUMERIC(2, 1) NOT NULL COMMENT 'Mean rating of the seller, stars',
	country CHAR(2) NOT NULL COMMENT 'Country of the seller, ISO 3166 alpha-2',
	created_at DATETIME NOT NULL COMMENT 'When the row was made, on the day of joining',
	CONSTRAINT pk_seller PRIMARY KEY (seller_id),
	CONSTRAINT ck_seller_rating CHECK (rating BETWEEN 0 AND 5),
	CONSTRAINT ck_seller_seller_type CHECK (seller_type IN ('Official', 'Marketplace'))
)ENGINE=InnoDB CHARSET=utf8mb4 COMMENT='Sellers on the marketplace' COLLATE utf8mb4_bin;
CREATE TABLE product (
	product_id INTEGER NOT NULL COMMENT 'Number of the product, from 1 in order of creation' AUTO_INCREMENT,
	product_name VARCHAR(200) NOT NULL COMMENT 'Name of the product, unique for its seller',
	category_id INTEGER NOT NULL COMMENT 'Category, one without children',
	brand_id INTEGER NOT NULL COMMENT 'Brand',
	seller_id INTEGER NOT NULL COMMENT 'Who sells it',
	price NUMERIC(10, 2) NOT NULL COMMENT 'List price, US dollars',
	discount_price NUMERIC(10, 2) COMMENT 'Price after a standing markdown, US dollars; empty without one',
	stock_qty INTEGER NOT NULL COMMENT 'Units on the shelf at the end of the last day',
	reorder_level INTEGER NOT NULL COMMENT 'Units at or below which more are ordered in the evening',
	reorder_qty INTEGER NOT NULL COMMENT 'Units that are ordered then',
	lead_days SMALLINT NOT NULL COMMENT 'Days from that evening to the morning of the delivery',
	rating NUMERIC(2, 1) NOT NULL COMMENT 'Mean rating of the product, stars',
	is_active BOOL NOT NULL COMMENT 'Whether it is on sale still',
	created_at DATETIME NOT NULL COMMENT 'When it was listed; on sale from the next day on',
	retired_at DATETIME COMMENT 'When it was taken off sale; empty while it is on sale',
	CONSTRAINT pk_product PRIMARY KEY (product_id),
	CONSTRAINT ck_product_discount_price CHECK (discount_price > 0 AND discount_price < price),
	CONSTRAINT ck_product_lead_days CHECK (lead_days BETWEEN 1 AND 30),
	CONSTRAINT ck_product_price CHECK (price > 0),
	CONSTRAINT ck_product_rating CHECK (rating BETWEEN 0 AND 5),
	CONSTRAINT ck_product_reorder_level CHECK (reorder_level >= 1),
	CONSTRAINT ck_product_reorder_qty CHECK (reorder_qty >= 1),
	CONSTRAINT ck_product_retired_at_if_and_only_if CHECK ((retired_at IS NOT NULL) = (is_active = false)),
	CONSTRAINT ck_product_stock_qty CHECK (stock_qty >= 0)
)ENGINE=InnoDB CHARSET=utf8mb4 COMMENT='Listings: one product of one seller' COLLATE utf8mb4_bin;
CREATE TABLE order_item (
	order_item_id BIGINT NOT NULL COMMENT 'Number of the item, from 1 in order of creation' AUTO_INCREMENT,
	order_id BIGINT NOT NULL COMMENT 'Order',
	product_id INTEGER NOT NULL COMMENT 'Product, once an order',
	promotion_id INTEGER COMMENT 'Promotion that made the price',
	order_date DATETIME NOT NULL COMMENT 'When the order was placed',
	quantity SMALLINT NOT NULL COMMENT 'Units ordered',
	unit_price NUMERIC(10, 2) NOT NULL COMMENT 'Price of a unit on that day, US dollars',
	subtotal NUMERIC(12, 2) NOT NULL COMMENT 'Quantity times price, US dollars',
	returned_quantity SMALLINT NOT NULL COMMENT 'Units that came back',
	created_at DATETIME NOT NULL COMMENT 'When the row was made, as the order was placed',
	CONSTRAINT pk_order_item PRIMARY KEY (order_item_id),
	CONSTRAINT ck_order_item_quantity CHECK (quantity BETWEEN 1 AND 10),
	CONSTRAINT ck_order_item_returned_quantity CHECK (returned_quantity BETWEEN 0 AND quantity),
	CONSTRAINT ck_order_item_subtotal CHECK (subtotal = quantity * unit_price),
	CONSTRAINT ck_order_item_unit_price CHECK (unit_price > 0)
)ENGINE=InnoDB CHARSET=utf8mb4 COMMENT='What was ordered' COLLATE utf8mb4_bin;
CREATE TABLE promotion_product (
	promo_product_id INTEGER NOT NULL COMMENT 'Number of the row, from 1 in order of creation' AUTO_INCREMENT,
	promotion_id INTEGER NOT NULL COMMENT 'Promotion',
	product_id INTEGER NOT NULL COMMENT 'Product that it covers',
	created_at DATETIME NOT NULL COMMENT 'When the product was added, before the first day',
	CONSTRAINT pk_promotion_product PRIMARY KEY (promo_product_id)
)ENGINE=InnoDB CHARSET=utf8mb4 COMMENT='What promotions cover' COLLATE utf8mb4_bin;
ALTER TABLE brand ADD CONSTRAINT uq_brand_brand_name UNIQUE (brand_name);
ALTER TABLE category ADD CONSTRAINT uq_category_category_name UNIQUE (category_name);
ALTER TABLE promotion ADD CONSTRAINT uq_promotion_promotion_name UNIQUE (promotion_name);
ALTER TABLE seller ADD CONSTRAINT uq_seller_seller_name UNIQUE (seller_name);
ALTER TABLE product ADD CONSTRAINT uq_product_seller_id UNIQUE (seller_id, product_name);
ALTER TABLE order_item ADD CONSTRAINT uq_order_item_order_id UNIQUE (order_id, product_id);
ALTER TABLE promotion_product ADD CONSTRAINT uq_promotion_product_promotion_id UNIQUE (promotion_id, product_id);
ALTER TABLE category ADD CONSTRAINT fk_category_parent_category_id FOREIGN KEY(parent_category_id) REFERENCES category (category_id);
CREATE INDEX ix_order_order_date ON `order` (order_date);
ALTER TABLE product ADD CONSTRAINT fk_product_brand_id FOREIGN KEY(brand_id) REFERENCES brand (brand_id);
ALTER TABLE product ADD CONSTRAINT fk_product_category_id FOREIGN KEY(category_id) REFERENCES category (category_id);
ALTER TABLE product ADD CONSTRAINT fk_product_seller_id FOREIGN KEY(seller_id) REFERENCES seller (seller_id);
CREATE INDEX ix_product_brand_id ON product (brand_id);
CREATE INDEX ix_product_category_id ON product (category_id);
ALTER TABLE order_item ADD CONSTRAINT fk_order_item_order_id FOREIGN KEY(order_id) REFERENCES `order` (order_id);
ALTER TABLE order_item ADD CONSTRAINT fk_order_item_product_id FOREIGN KEY(product_id) REFERENCES product (product_id);
ALTER TABLE order_item ADD CONSTRAINT fk_order_item_promotion_id FOREIGN KEY(promotion_id) REFERENCES promotion (promotion_id);
CREATE INDEX ix_order_item_product_id ON order_item (product_id, order_date);
CREATE INDEX ix_order_item_promotion_id ON order_item (promotion_id);
ALTER TABLE promotion_product ADD CONSTRAINT fk_promotion_product_product_id FOREIGN KEY(product_id) REFERENCES product (product_id);
ALTER TABLE promotion_product ADD CONSTRAINT fk_promotion_product_promotion_id FOREIGN KEY(promotion_id) REFERENCES promotion (promotion_id);
CREATE INDEX ix_promotion_product_product_id ON promotion_product (product_id);
