from . import product_image, product_product
